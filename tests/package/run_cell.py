"""Run in an environment under test: a cell on two ranks, and a plain one, through nbclient."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient

notebook = nbformat.v4.new_notebook(
    cells=[
        nbformat.v4.new_code_cell(
            "import os, shutil\nprint('node on PATH:', shutil.which('node'))"
        ),
        nbformat.v4.new_code_cell(
            "%%mpirun -n 2\n"
            "import numpy as np\n"
            "from mpi4py import MPI\n"
            "comm = MPI.COMM_WORLD\n"
            "total = np.zeros(1)\n"
            "comm.Allreduce(np.full(1, comm.rank + 1.0), total)\n"
            "print('rank', comm.rank, 'of', comm.size, 'has', total[0])"
        ),
    ]
)
NotebookClient(notebook, kernel_name="rankbook", timeout=60).execute()
for cell in notebook.cells:
    for output in cell.outputs:
        print(output.get("text") or output["data"]["text/plain"])
