"""Small models made here: a static one and a transformer, both of them real files on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

WORDS = (
    "党员",
    "支部",
    "会议",
    "发展",
    "学习",
    "纪律",
    "meeting",
    "member",
    "branch",
    "study",
    "rules",
    "budget",
)


@pytest.fixture(scope="session")
def tiny_static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A static model of a dozen words in eight dimensions, written by the exporter that ships."""
    from embeddings.training.export import export_model
    from embeddings.training.vocabulary import UNKNOWN, tokenizer_of

    folder = tmp_path_factory.mktemp("static")
    characters = sorted({character for word in WORDS if not word.isascii() for character in word})
    entries = [UNKNOWN, *WORDS, *characters]
    table = np.random.default_rng(3).normal(size=(len(entries), 8)).astype(np.float32)
    export_model(folder, tokenizer_of(entries), table)
    return folder


@pytest.fixture(scope="session")
def tiny_transformer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with random weights over single characters, in plain transformers format."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("transformer") / "tiny-bert"
    characters = sorted(set("".join(WORDS) + "query: passage为这个句子"))
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {token: number for number, token in enumerate([*specials, *characters])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", continuing_subword_prefix=""))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
        )
    ).save_pretrained(folder)
    return folder
