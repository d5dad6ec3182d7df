#!/usr/bin/env python3
"""Writes sentencepiece.json: what SentencePiece itself (Debian: python3-sentencepiece) makes of the texts of texts.json, with the shared
models and with two small ones trained here on the texts (committed as spm-*.model)."""
import json
import pathlib

import sentencepiece

here = pathlib.Path(__file__).resolve().parent
texts = json.loads((here / "texts.json").read_text())
shared = next(p / "shared/models" for p in here.parents if (p / "shared/models").is_dir())

# A character map of a few lines keeps the models small; the map's format is the same as that of the large built-in ones.
rules = here / "rules.tsv"
rules.write_text("".join(f"{' '.join(f'{ord(c):04X}' for c in a)}\t{' '.join(f'{ord(c):04X}' for c in b)}\n" for a, b in [
    ("ﬁ", "fi"), ("①", "1"), ("½", "1⁄2"), ("e\u0301", "é"), ("é", "é"), ("\t", " "), ("\u00a0", " "), ("\u3000", " "), ("İ", "i̇"), ("𝒳", "X"), ("\u200b", "")]))
corpus = here / "corpus.txt"
corpus.write_text("\n".join(t.replace("\n", " ") for t in texts * 3 if t.strip()))
for kind, extra in [("unigram", {}), ("bpe", {"byte_fallback": True, "remove_extra_whitespaces": False})]:
    sentencepiece.SentencePieceTrainer.train(input=str(corpus), model_prefix=str(here / f"spm-{kind}"), model_type=kind, vocab_size=500, character_coverage=0.98,
        normalization_rule_tsv=str(rules), user_defined_symbols=["<sep>"], hard_vocab_limit=False, minloglevel=2, **extra)
    (here / f"spm-{kind}.vocab").unlink()
rules.unlink()
corpus.unlink()

models = {"use-lite-en": shared / "use-lite-en/tokenizer.model", "stories260k": shared / "stories260k/tokenizer.model", "spm-unigram": here / "spm-unigram.model", "spm-bpe": here / "spm-bpe.model"}
result = []
for name, path in models.items():
    model = sentencepiece.SentencePieceProcessor(model_file=str(path))
    cases = [{"ids": (ids := model.encode(text)), "decoded": model.decode(ids)} for text in texts + ["a<sep>b <sep> c"]]
    result.append({"name": name, "cases": cases})
(here / "sentencepiece.json").write_text("[\n" + ",\n".join(f'{{"name":{json.dumps(r["name"])},"cases":[\n' + ",\n".join(json.dumps(c, ensure_ascii=False) for c in r["cases"]) + "]}" for r in result) + "\n]\n")
