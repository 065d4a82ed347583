"""What is remembered: schema, jobs, library and blobs."""
