"""From a trained table to a model folder that sentence-transformers and ``embeddings.static`` read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

LARGEST = 127  # of a signed byte; -128 is not used, so that the range is symmetric

MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.sentence_transformer.modules.normalize.Normalize",
    },
]
CONFIGURATION = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def quantise(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Rows of signed bytes and a scale per row whose product is the table, to within half a step."""
    scales = np.abs(table).max(axis=1) / LARGEST
    rows = np.rint(table / np.maximum(scales, 1e-30)[:, None]).astype(np.int8)
    return rows, scales.astype(np.float32)


def export_model(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Writes the folder: int8 rows with a scale each, tokenizer and configuration. The unknown token gets
    zeros.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = table.copy()
    table[0] = 0.0
    rows, scales = quantise(table)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    _write_json(folder / "tokenizer.json", json.loads(tokenizer.to_str()), compact=True)
    _write_json(folder / "modules.json", MODULES)
    _write_json(folder / "config_sentence_transformers.json", CONFIGURATION)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    _write_json(folder / "1_Normalize" / "config.json", {})


def _write_json(path: Path, value: object, compact: bool = False) -> None:
    layout = {"separators": (",", ":")} if compact else {"indent": 2}
    path.write_text(json.dumps(value, ensure_ascii=False, **layout) + "\n", encoding="utf-8")
