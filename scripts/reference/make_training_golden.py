"""Writes core/training/testing/optimizer.golden.json from the real torch and transformers.

Usage: python scripts/reference/make_training_golden.py  (versions are written into the file)
"""

import json
import pathlib

import torch
import transformers
from transformers import get_linear_schedule_with_warmup

torch.manual_seed(7)
sizes = [5, 17, 64]
decay = [True, False, True]
start = [torch.randn(n) for n in sizes]
params = [torch.nn.Parameter(p.clone()) for p in start]
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p, d in zip(params, decay) if d], "weight_decay": 0.01},
        {"params": [p for p, d in zip(params, decay) if not d], "weight_decay": 0.0},
    ],
    lr=1e-2,
)
schedule = get_linear_schedule_with_warmup(optimizer, 3, 12)
steps = []
for step in range(12):
    lr = schedule.get_last_lr()[0]
    grads = [torch.randn(n) * (4.0 if step % 2 else 0.1) for n in sizes]
    for p, g in zip(params, grads):
        p.grad = g.clone()
    norm = torch.nn.utils.clip_grad_norm_(params, 1.0)
    optimizer.step()
    schedule.step()
    steps.append({"lr": lr, "norm": norm.item(), "grads": [g.tolist() for g in grads], "params": [p.tolist() for p in params]})


def perm(n, seed):
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed)).tolist()


golden = {
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
    "decay": decay,
    "weightDecay": 0.01,
    "peak": 1e-2,
    "warmup": 3,
    "start": [p.tolist() for p in start],
    "steps": steps,
    "permutations": [{"n": n, "seed": s, "order": perm(n, s)} for n, s in [(1, 0), (10, 42), (10, 43), (700, 2**31 + 5), (13, 2**40 + 9)]],
}
out = pathlib.Path(__file__).resolve().parents[2] / "core/training/testing/optimizer.golden.json"
out.write_text(json.dumps(golden) + "\n")
print(out, out.stat().st_size, "bytes")
