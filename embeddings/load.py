"""From the setting to an encoder."""

from __future__ import annotations

from pathlib import Path

from embeddings.errors import EncoderError
from embeddings.protocol import Encoder

BUNDLED = "bundled"
HASHED = "hashed"
BUNDLED_FOLDER = Path(__file__).with_name("model")
DEFAULT_BATCH_SIZE = 32


def load_encoder(
    spec: str = BUNDLED, *, batch_size: int = DEFAULT_BATCH_SIZE, progress: bool = False
) -> Encoder:
    """The encoder that ``spec`` names: ``bundled``, a model folder, a hub id, or ``hashed`` (the fake for tests).

    ``batch_size`` and ``progress`` (a bar on stderr) only matter for models other than the bundled one. Raises
    ``EncoderError`` when there is no such model, quickly also without a network.
    """
    if not spec.strip():
        raise EncoderError(
            "没有指定向量模型。请填写 bundled、模型文件夹或模型编号（如 BAAI/bge-m3）。",
            "No embedding model named. Give `bundled`, a model folder or a hub id such as BAAI/bge-m3.",
        )
    if spec == HASHED:
        from embeddings.hashed import HashedEncoder

        return HashedEncoder()
    folder = BUNDLED_FOLDER if spec == BUNDLED else Path(spec).expanduser()
    if spec == BUNDLED or folder.is_dir():
        from embeddings.static import StaticEncoder, is_static_folder

        if spec == BUNDLED or is_static_folder(folder):
            return StaticEncoder(folder)
    from embeddings.hub import SentenceTransformerEncoder

    return SentenceTransformerEncoder(spec, batch_size=batch_size, progress=progress)
