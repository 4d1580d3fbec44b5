"""Writes the small torch.save file that the tests of the .bin reader use.

    python pytorch_fixture.py core/layoutlmv3/testing/torch-save.golden.bin
"""

import sys
from collections import OrderedDict

import torch

base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
state = OrderedDict(
    plain=base.clone(),
    transposed=base.t(),
    column=base[:, 2],
    tail=base.reshape(-1)[20:],
    repeated=torch.tensor([1.5, -2.0]).expand(3, 2),
    half=torch.tensor([0.5, -1.25], dtype=torch.float16),
    brain=torch.tensor([3.0, -0.125], dtype=torch.bfloat16),
    double=torch.tensor([0.1], dtype=torch.float64),
    parameter=torch.nn.Parameter(torch.tensor([[7.0]])),
    scalar=torch.tensor(4.0),
    empty=torch.zeros(0, 3),
    position_ids=torch.arange(5)[None],
)
state._metadata = OrderedDict([("", {"version": 1})])
torch.save(state, sys.argv[1])
