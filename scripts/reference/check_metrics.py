"""Compares Galley's metrics with seqeval 1.2.2 and scikit-learn on random label sequences.

    python -m venv venv && venv/bin/pip install seqeval==1.2.2 scikit-learn numpy
    venv/bin/python scripts/reference/check_metrics.py --cases 400 --seed 7 [--golden FILE]

Random cases are written as JSON Lines, scored by scripts/reference/score_metrics.ts (Galley) and here (the
libraries); exits 1 where any value differs by more than 1e-12. --golden writes the first cases with the libraries'
values for the ordinary tests.
"""

import argparse
import json
import random
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

warnings.filterwarnings("ignore")
HERE = Path(__file__).parent

LABEL_SETS = [
    ["O", "TITLE", "INGREDIENT_LINE", "INSTRUCTION_STEP", "TIME", "TEMP", "SERVINGS"],
    ["O", "PREP-TIME", "COOK-TIME", "STEP", "OVEN", "E", "B"],
    ["O", "B-HEADER", "I-HEADER", "B-QUESTION", "I-QUESTION", "E-QUESTION", "S-ANSWER"],
]
# Anything a person may hand to the entity score itself.
RAW_TAGS = ["O", "B-A", "I-A", "E-A", "S-A", "I-B-C", "B", "I", "T", ".", ".-A", "STEP", "OVEN", "TITLE", "É-A", "I-"]


def sequence(rng, choices):
    """Runs of equal labels, so that entities have some length."""
    tags = []
    for _ in range(rng.randrange(0, 14)):
        tags += [rng.choice(choices)] * rng.choice([1, 1, 2, 3, 5])
    return tags


def noisy(rng, tags, choices):
    rate = rng.choice([0.0, 0.1, 0.4, 1.0])
    return [rng.choice(choices) if rng.random() < rate else tag for tag in tags]


def make_case(rng):
    names = rng.choice(LABEL_SETS)
    ids = list(range(len(names)))
    used = rng.sample(ids, rng.randrange(1, len(ids) + 1))
    pages = []
    for _ in range(rng.randrange(1, 5)):
        reference = sequence(rng, used)
        predicted = noisy(rng, reference, ids)
        masked = [r if rng.random() > 0.1 else rng.choice([None, -1, -100]) for r in reference]
        pages.append({"reference": masked, "predicted": predicted})
    raw = []
    for _ in range(rng.randrange(1, 4)):
        reference = sequence(rng, RAW_TAGS)
        raw.append({"reference": reference, "predicted": noisy(rng, reference, RAW_TAGS)})
    return {"labels": names, "pages": pages, "raw": raw}


def entity_values(reference, predicted):
    args = dict(zero_division=0)
    return [precision_score(reference, predicted, **args), recall_score(reference, predicted, **args), f1_score(reference, predicted, **args)]


def expected(case):
    names = case["labels"]
    scheme = all(n == "O" or n[:2] in ("B-", "I-", "E-", "S-") for n in names)
    tags = [n if n == "O" or scheme else f"I-{n}" for n in names]
    pages = []
    for page in case["pages"]:
        kept = [(r, p) for r, p in zip(page["reference"], page["predicted"]) if r is not None and r >= 0]
        if kept:
            pages.append(kept)
    true = [r for page in pages for r, _ in page]
    pred = [p for page in pages for _, p in page]
    ids = list(range(len(names)))
    if true:
        p, r, f, s = precision_recall_fscore_support(true, pred, labels=ids, zero_division=0)
        matrix = confusion_matrix(true, pred, labels=ids).tolist()
        accuracy = float(accuracy_score(true, pred))
    else:
        p = r = f = np.zeros(len(ids))
        s = np.zeros(len(ids), dtype=int)
        matrix = [[0] * len(ids) for _ in ids]
        accuracy = 0.0
    macro = [i for i in ids if names[i] != "O" and s[i] > 0]
    entity = entity_values([[tags[r] for r, _ in page] for page in pages], [[tags[q] for _, q in page] for page in pages]) if pages else [0, 0, 0]
    raw_reference = [sequence["reference"] for sequence in case["raw"]]
    raw_predicted = [sequence["predicted"] for sequence in case["raw"]]
    return {
        "macro_f1": float(np.mean([f[i] for i in macro])) if macro else 0.0,
        "accuracy": accuracy,
        "entity": [float(x) for x in entity],
        "per_label": [[float(p[i]), float(r[i]), float(f[i]), int(s[i])] for i in ids],
        "confusion": matrix,
        "tokens": len(true),
        "pages": len(pages),
        "raw_entity": [float(x) for x in entity_values(raw_reference, raw_predicted)],
        "raw_entities": [[list(e) for e in get_entities(sequence)] for sequence in raw_reference],
    }


def differences(a, b, path=""):
    if isinstance(a, dict):
        return [d for k in sorted(set(a) | set(b)) for d in differences(a.get(k), b.get(k), f"{path}.{k}")]
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [f"{path}: {len(a)} and {len(b)} values"]
        return [d for i, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, f"{path}[{i}]")]
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return [] if abs(a - b) <= 1e-12 else [f"{path}: {a} and {b}"]
    return [] if a == b else [f"{path}: {a!r} and {b!r}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--golden_cases", type=int, default=12)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    cases = [make_case(rng) for _ in range(args.cases)]
    want = [expected(case) for case in cases]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    out = subprocess.run(["node", str(HERE / "score_metrics.ts")], input=lines, capture_output=True, text=True, check=True).stdout
    got = [json.loads(line) for line in out.splitlines()]
    assert len(got) == len(want), f"{len(got)} answers for {len(want)} cases"
    bad = [(i, d) for i, (g, w) in enumerate(zip(got, want)) for d in differences(g, w)]
    for i, difference in bad[:20]:
        print(f"case {i}{difference}")
    print(f"seed {args.seed}: {len(cases)} cases, {sum(w['tokens'] for w in want)} scored tokens, {len(bad)} differences")
    if args.golden and not bad:
        rows = [{"case": c, "expected": w} for c, w in list(zip(cases, want))[: args.golden_cases]]
        args.golden.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
