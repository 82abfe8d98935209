"""The steps of ``embeddings.train``: sources -> vocabulary -> token arrays -> batches -> training loop ->
export.
"""
