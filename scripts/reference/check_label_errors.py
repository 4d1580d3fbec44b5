"""Compares core/review/confident-learning.ts with cleanlab on random words.

    python scripts/reference/check_label_errors.py [--seed N] [--cases 30]

Needs `cleanlab` (tried with 2.9.0) and Node in GALLEY_NODE (default: node).
"""

import argparse
import json
import os
import subprocess
import sys

import numpy as np
from cleanlab.filter import find_label_issues

HERE = os.path.dirname(os.path.abspath(__file__))


def case(rng):
    n, c = int(rng.integers(30, 400)), int(rng.integers(2, 8))
    true = rng.integers(0, c, n)
    true[:c] = np.arange(c)
    labels = true.copy()
    wrong = rng.random(n) < 0.15
    labels[wrong] = rng.integers(0, c, wrong.sum())
    labels[:c] = np.arange(c)
    p = rng.dirichlet(np.ones(c) * 0.5, n)
    p[np.arange(n), true] += rng.random(n) * 3
    p /= p.sum(1, keepdims=True)
    issues = find_label_issues(labels, p, filter_by="confident_learning", n_jobs=1)
    return {"labels": labels.tolist(), "probabilities": p.reshape(-1).tolist(), "labelCount": c}, issues


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--cases", type=int, default=30)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else int.from_bytes(os.urandom(4), "little")
    rng = np.random.default_rng(seed)
    pairs = [case(rng) for _ in range(args.cases)]
    answer = subprocess.run(
        [os.environ.get("GALLEY_NODE", "node"), os.path.join(HERE, "label-errors.ts")],
        input=json.dumps([words for words, _ in pairs]),
        capture_output=True,
        text=True,
        check=True,
    )
    ours = json.loads(answer.stdout)
    words = sum(len(issues) for _, issues in pairs)
    found = sum(int(issues.sum()) for _, issues in pairs)
    different = sum(int(((np.array(mine) >= 0) != issues).sum()) for mine, (_, issues) in zip(ours, pairs))
    print(f"seed {seed}: {words} words, {found} label errors by cleanlab, {different} judged differently")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
