"""Text encoders: the bundled multilingual model, any sentence-transformers model, and a lexical fake for
tests.
"""

from __future__ import annotations

from embeddings.errors import EncoderError
from embeddings.fold import fold
from embeddings.load import load_encoder
from embeddings.protocol import Encoder

__all__ = ["Encoder", "EncoderError", "fold", "load_encoder"]
