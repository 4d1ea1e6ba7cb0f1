# -n 3
# kind: unstarted
# stuck: 0,2 in line 13
import numpy as np
from mpi4py import MPI

comm = MPI.COMM_WORLD
total = np.zeros(1)
request = comm.Allreduce_init(np.ones(1), total)
for step in range(3):
    if comm.rank != 1 or step < 2:
        request.Start()
        request.Wait()
        assert total[0] == 3
