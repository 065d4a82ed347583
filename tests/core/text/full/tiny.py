"""Tiny models with random weights, in the formats that published ones have: saved by transformers' own classes."""

from __future__ import annotations

import io
import json

import sentencepiece
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from transformers import (
    BartConfig,
    BartForConditionalGeneration,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    PegasusConfig,
    PegasusForConditionalGeneration,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForSequenceClassification,
)

SENTENCES = (
    "the calm sea rose and a storm came",
    "we lost him she came home and laughed",
    "바다는 고요했다 폭풍이 왔다 우리는 그를 잃었다",
)
WORDS = [word for sentence in SENTENCES for word in sentence.split()]
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
TOPICS = ["History", "Romance", "Travel", "No such shelf"]
FEELINGS = ["admiration", "anger", "fear", "joy", "sadness", "surprise", "neutral", "unheard-of"]
SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 66,
}
WRITER = {
    "d_model": 16,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "max_position_embeddings": 64,
}


def save_all(folder):
    """One model for each role below `folder`, by the role's name."""
    torch.manual_seed(3)
    save_encoder(folder / "encoder")
    save_pegasus(folder / "english_summariser")
    save_bart(folder / "korean_summariser")
    save_topics(folder / "topic_classifier", TOPICS)
    save_emotions(folder / "emotion_classifier", FEELINGS)
    save_marian(folder / "translator")


def save_encoder(folder):
    tokenizer = word_tokenizer()
    BertModel(BertConfig(vocab_size=len(tokenizer), **SMALL)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))


def save_topics(folder, labels):
    tokenizer = word_tokenizer()
    config = BertConfig(vocab_size=len(tokenizer), id2label=dict(enumerate(labels)), **SMALL)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_emotions(folder, labels):
    tokenizer = word_tokenizer()
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        id2label=dict(enumerate(labels)),
        pad_token_id=0,
        problem_type="multi_label_classification",
        **SMALL,
    )
    RobertaForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_bart(folder):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe(), unk_token="<unk>", pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    marks = {"pad_token_id": 1, "bos_token_id": 2, "eos_token_id": 3, "decoder_start_token_id": 3}
    config = BartConfig(vocab_size=len(tokenizer), forced_eos_token_id=3, **marks, **WRITER)
    BartForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_pegasus(folder):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe(), unk_token="<unk>", pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    marks = {"pad_token_id": 1, "eos_token_id": 3, "decoder_start_token_id": 1, "forced_eos_token_id": 3}
    config = PegasusConfig(vocab_size=len(tokenizer), **marks, **WRITER)
    PegasusForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_marian(folder):
    folder.mkdir(parents=True)
    pieces = spm(folder)
    vocabulary = {"</s>": 0, "<unk>": 1}
    for piece in pieces:
        vocabulary.setdefault(piece, len(vocabulary))
    vocabulary["<pad>"] = len(vocabulary)
    (folder / "words.json").write_text(json.dumps(vocabulary))
    tokenizer = MarianTokenizer(*(str(folder / name) for name in ("pieces.model", "pieces.model", "words.json")))
    tokenizer.save_pretrained(folder)
    pad = vocabulary["<pad>"]
    marks = {"pad_token_id": pad, "eos_token_id": 0, "decoder_start_token_id": pad, "forced_eos_token_id": 0}
    MarianMTModel(MarianConfig(vocab_size=len(vocabulary), **marks, **WRITER)).save_pretrained(folder)
    (folder / "words.json").unlink()
    (folder / "pieces.model").unlink()


def word_tokenizer():
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys([*SPECIALS, *WORDS, ".", ",", "##s"]))}
    return BertTokenizer(vocab=vocabulary, do_lower_case=True)


def bpe():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(vocab_size=120, special_tokens=["<unk>", "<pad>", "<s>", "</s>"])
    tokenizer.train_from_iterator([" ".join(WORDS)] * 4, trainer)
    return tokenizer


def spm(folder):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(WORDS)] * 8),
        model_writer=model,
        vocab_size=70,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "pieces.model").write_bytes(model.getvalue())
    reader = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return [reader.id_to_piece(number) for number in range(reader.get_piece_size())]
