"""Every call gives with the layer what it gives without."""

# Each expression is one call and stands in one line.
# ruff: noqa: E501

import pytest

# Each expression is evaluated with `c` as mpi4py's communicator and as the layer's.
BUFFERS = """
import array, pickle
import numpy as np
right, left = (rank + 1) % size, (rank - 1) % size
table = np.random.default_rng(rank).standard_normal(12 * size)
def out(n=12): return np.zeros(n)
def filled(fill, *made):
    result = fill(*made)
    return [m.tobytes() for m in made if hasattr(m, 'tobytes')], result
def seen(status): return status.source, status.tag, status.Get_count(MPI.BYTE), status.error
def error(call):
    try: return call()
    except MPI.Exception as raised: return raised.Get_error_class()
    except Exception as raised: return type(raised).__name__, str(raised)
def sent(c, post, receive, finish=lambda r: r and r.Wait()):
    started = post(c)
    got = receive(c)
    finish(started)
    return got
def status_of(call):
    status = MPI.Status()
    return call(status), seen(status)
"""
POINT_TO_POINT = [
    "filled(lambda b: sent(c, lambda c: c.Isend(table[:12], right, 3), lambda c: status_of(lambda s: c.Recv(b, left, 3, s))), out())",
    "filled(lambda b: sent(c, lambda c: c.Issend([table, 5, MPI.DOUBLE], right), lambda c: c.Recv([b, MPI.DOUBLE])), out())",
    "filled(lambda b: sent(c, lambda c: c.Irecv(b, left, 9), lambda c: c.Ssend(table[:12], right, 9)), out())",
    "filled(lambda b: sent(c, lambda c: c.Irecv(b, left, 9), lambda c: c.Send(table[:12], right, 9)), out())",
    "filled(lambda b: sent(c, lambda c: c.Irecv(b, left, 9), lambda c: c.Rsend(table[:12], right, 9)), out())",
    "filled(lambda b: status_of(lambda s: c.Sendrecv(table[:12], right, 1, b, left, 1, s)), out())",
    "filled(lambda b: status_of(lambda s: c.Sendrecv_replace(b, right, 1, left, 1, s)), table[:12].copy())",
    "filled(lambda b: status_of(lambda s: c.Sendrecv_replace([b, 4, MPI.DOUBLE], right, 1, left, 1, s)), table[:12].copy())",
    "sent(c, lambda c: c.isend({'a': rank}, right, 2), lambda c: status_of(lambda s: c.recv(None, left, 2, s)))",
    "sent(c, lambda c: c.issend([rank] * 100000, right, 2), lambda c: c.recv(source=left))",
    "sent(c, lambda c: c.irecv(1 << 20, left, 2), lambda c: c.send(b'x' * 100000, right, 2), lambda r: r.wait())",
    "sent(c, lambda c: c.irecv(1 << 20, left, 2), lambda c: c.ssend('s', right, 2), lambda r: r.wait())",
    "status_of(lambda s: c.sendrecv(table, right, 4, None, left, 4, s))[1]",
    "sent(c, lambda c: c.isend(table, right, 2), lambda c: (c.probe(left, 2), c.recv(source=left).tobytes()))",
    "sent(c, lambda c: c.isend(1, right, 2), lambda c: (c.mprobe(left, 2).recv()))",
    "filled(lambda b: sent(c, lambda c: c.Isend(table[:3], right, 2), lambda c: (status_of(lambda s: c.Probe(left, 2, s)), c.Mprobe(left).Recv(b))), out())",
    "status_of(lambda s: c.Recv(out(), MPI.PROC_NULL, 4, s))",
    "status_of(lambda s: c.recv(None, MPI.PROC_NULL, 4, s))",
    "(c.Send(table, MPI.PROC_NULL), c.send(lambda: 0, MPI.PROC_NULL))",
    "sent(c, lambda c: [c.isend(i, right, i) for i in range(5)], lambda c: MPI.Request.waitall([c.irecv(source=left, tag=i) for i in range(5)]), MPI.Request.waitall)",
    "sent(c, lambda c: [c.Isend(table[:1], right, 1)], lambda c: MPI.Request.Waitany([MPI.REQUEST_NULL, c.Irecv(out(), left, 1)]), MPI.Request.Waitall)",
    "sent(c, lambda c: [c.Isend(table[:1], right, 1)], lambda c: MPI.Request.Waitsome([MPI.REQUEST_NULL, c.Irecv(out(), left, 1)]), MPI.Request.Waitall)",
    "sent(c, lambda c: [c.isend(7, right, 1)], lambda c: MPI.Request.waitany([c.irecv(source=left)]), MPI.Request.Waitall)",
    "sent(c, lambda c: [c.isend(7, right, 1)], lambda c: MPI.Request.waitsome([c.irecv(source=left)]), MPI.Request.Waitall)",
    "(MPI.Request.Waitall([]), MPI.Request.Waitany([]), MPI.Request.Waitsome([]), MPI.REQUEST_NULL.Wait())",
    "filled(lambda b: [(r.Start(), c.Send(table[:12], right), r.Wait()) for r in [c.Recv_init(b, left)] for _ in range(2)] and None, out())",
    "filled(lambda b: [(r.Start(), c.Recv(b, left), r.Wait()) for r in [c.Send_init(table[:12], right)] for _ in range(2)] and None, out())",
]
ERRORS = [
    "error(lambda: c.Send(table, size + 7))",
    "error(lambda: c.Send(table, 0, -5))",
    "error(lambda: c.Recv(table, size + 7))",
    "error(lambda: c.recv(source=size + 7))",
    "error(lambda: c.send(1, size + 7))",
    "error(lambda: c.sendrecv(1, size + 7, source=0))",
    "error(lambda: c.Sendrecv(table, size + 7, 0, out(), 0))",
    "error(lambda: c.Probe(size + 7))",
    "error(lambda: c.mprobe(size + 7))",
    "error(lambda: c.Bcast(table, root=size))",
    "error(lambda: c.bcast(1, root=size))",
    "error(lambda: c.gather(1, root=size))",
    "error(lambda: c.scatter([1] * size, root=size))",
    "error(lambda: c.reduce(1, root=size))",
    "error(lambda: c.Reduce(table, out(12 * size), root=size))",
    "error(lambda: c.Send('text', 0))",
    "error(lambda: c.alltoall([1] * (size + 1)))",
    "error(lambda: c.isend(lambda: 0, 0))",
    "sent(c, lambda c: c.Isend(table[:12], right), lambda c: error(lambda: c.Recv(out(2), left)))",
    "sent(c, lambda c: c.Isend(table[:12], right), lambda c: error(lambda: c.Irecv(out(2), left).Wait()))",
    "sent(c, lambda c: c.Isend(table[:12], right), lambda c: error(lambda: MPI.Request.Waitall([c.Irecv(out(2), left)])))",
    "sent(c, lambda c: c.isend('x' * 100000, right), lambda c: error(lambda: c.irecv(source=left).wait()))",
]
COLLECTIVES = [
    "c.Barrier()",
    "c.barrier()",
    "filled(lambda b: c.Bcast(b, size - 1), table.copy())",
    "filled(lambda b: c.Gather(table[:12], b if rank == 0 else None), out(12 * size))",
    "filled(lambda b: c.Gatherv(table[:rank + 1], [b, [r + 1 for r in range(size)]] if rank == 0 else None), out(12 * size))",
    "filled(lambda b: c.Scatter(table if rank == size - 1 else None, b, size - 1), out())",
    "filled(lambda b: c.Scatterv([table, [r + 1 for r in range(size)]] if rank == 0 else None, b), out(rank + 1))",
    "filled(lambda b: c.Allgather(table[:12], b), out(12 * size))",
    "filled(lambda b: c.Allgatherv(table[:rank + 1], [b, [r + 1 for r in range(size)]]), out(12 * size))",
    "filled(lambda b: c.Alltoall(table, b), out(12 * size))",
    "filled(lambda b: c.Alltoallv([table, [2] * size], [b, [2] * size]), out(12 * size))",
    "filled(lambda b: c.Alltoallw([table, [1] * size, [8 * r for r in range(size)], [MPI.DOUBLE] * size], [b, [1] * size, [8 * r for r in range(size)], [MPI.DOUBLE] * size]), out(12 * size))",
    "filled(lambda b: c.Reduce(table, b if rank == 0 else None, MPI.PROD), out(12 * size))",
    "filled(lambda b: c.Allreduce(table, b), out(12 * size))",
    "filled(lambda b: c.Allreduce(MPI.IN_PLACE, b, MPI.MAX), table.copy())",
    "filled(lambda b: c.Reduce_scatter_block(table, b), out())",
    "filled(lambda b: c.Reduce_scatter(table, b, [12] * size), out())",
    "filled(lambda b: c.Scan(table, b), out(12 * size))",
    "filled(lambda b: c.Exscan(table, b), out(12 * size))",
    "c.bcast({'r': rank}, size - 1)",
    "c.bcast(None)",
    "c.gather((rank, 'x'), size - 1)",
    "c.scatter([[i] * i for i in range(size)] if rank == 0 else None)",
    "c.allgather(b'y' * rank)",
    "c.alltoall([(rank, i) for i in range(size)])",
    "c.reduce(table[0])",
    "c.reduce(table[0], MPI.PROD, size - 1)",
    "c.allreduce(table[0])",
    "c.allreduce(str(rank), op=lambda a, b: a + b)",
    "c.scan(table[0])",
    "c.exscan(table[0])",
    "c.scan(str(rank), lambda a, b: a + b)",
    "c.exscan(str(rank), lambda a, b: a + b)",
    "filled(lambda b: c.Iallreduce(table, b).Wait(), out(12 * size))",
    "filled(lambda b: [(r.Start(), r.Wait()) for r in [c.Bcast_init(b)]] and None, table.copy())",
    "[filled(lambda b: c.Reduce_scatter_block(np.resize(table, n * size), b), out(n)) for n in (1000, 20000, 40000)]",
    "[filled(lambda b: c.Allreduce(np.resize(table, n), b), out(n)) for n in (1, 1000, 50000)]",
]
TOPOLOGIES = [
    "(t := c.Create_cart([size], [True])).neighbor_allgather(rank)",
    "(t := c.Create_cart([size], [True])).neighbor_alltoall([1, 2])",
    "filled(lambda b: c.Create_cart([size], [True]).Neighbor_allgather(table[:1], b), out(2))",
    "filled(lambda b: c.Create_cart([size], [False]).Neighbor_alltoall(table[:2], b), out(2))",
    "c.Create_cart([size, 1]).Sub([True, False]).allgather(rank)",
    "c.Create_dist_graph_adjacent([left], [right]).neighbor_alltoall([rank])",
    "c.Create_graph([(r + 1) for r in range(size)], [(r + 1) % size for r in range(size)]).Get_neighbors(rank)",
    "c.Split(rank % 2, -rank).allgather(rank)",
    "c.Split(0 if rank else MPI.UNDEFINED) == MPI.COMM_NULL",
    "c.Dup().allreduce(1)",
    "c.Clone().allreduce(1)",
    "(lambda made: (made[1].Wait(), made[0].allreduce(1)))(c.Idup())",
    "c.Create(c.Get_group().Incl([0])).Get_size() if rank == 0 else bool(c.Create(c.Get_group().Incl([0])))",
    "c.Create_group(c.Get_group()).allgather(rank)",
    "c.Split_type(MPI.COMM_TYPE_SHARED).allreduce(rank)",
]
BETWEEN_GROUPS = [
    "i.Barrier()",
    "i.allgather(rank)",
    "i.alltoall([rank] * i.Get_remote_size())",
    "i.bcast(rank, side)",
    "[filled(lambda b: i.Bcast(b, side), table.copy()) for _ in range(5)]",
    "[filled(lambda b: i.Reduce(table, b, root=side), out(12 * size)) for _ in range(5)]",
    "i.scatter([rank] * i.Get_remote_size(), side)",
    "i.gather(rank, side)",
    "i.reduce(rank, root=side)",
    "i.allreduce(rank)",
    "i.sendrecv(rank, other, source=other) if i.rank == 0 else None",
    "filled(lambda b: i.Allreduce(table, b), out(12 * size))",
    "i.Merge(rank % 2 == 1).allgather(rank)",
]


@pytest.mark.parametrize("record", ["off", "full"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_equals_mpi4py(ranks, number, record):
    expressions = POINT_TO_POINT + ERRORS + COLLECTIVES + TOPOLOGIES
    if number == 1:
        # Blocking sends of a rank to itself do not end in MPICH unless a receive is posted.
        expressions = [text for text in expressions if "mprobe" not in text or "error" in text]
    script = f"""
    layer.begin('run', {record!r}, False, __file__)
    {{}}
    expressions = {expressions!r}
    different = []
    for text in expressions:
        results = []
        for c in (plain, comm):
            plain.Barrier()
            results.append(repr(eval(text)))
        if results[0] != results[1]:
            different.append((rank, text, results))
    print(different) if different else None
    assert not different
    """
    body = "\n".join("    " + line for line in BUFFERS.strip().splitlines())
    ranks(number, script.replace("    {}", body), seconds=100)


@pytest.mark.parametrize("record", ["off", "full"])
@pytest.mark.parametrize("number", [2, 3])
def test_equals_mpi4py_between_groups(ranks, number, record):
    script = f"""
    layer.begin('run', {record!r}, False, __file__)
    {{}}
    def pair(world):
        half = world.Split(rank % 2, rank)
        return half.Create_intercomm(0, world, 1 - rank % 2, 5)
    different = []
    # `side`: the root is rank 0 of the even group; `other`: a rank of the other group.
    for text in {BETWEEN_GROUPS!r}:
        results = []
        for world in (plain, comm):
            i = pair(world)
            side = (MPI.ROOT if rank == 0 else MPI.PROC_NULL) if rank % 2 == 0 else 0
            other = 0
            plain.Barrier()
            results.append(repr(eval(text)))
        if results[0] != results[1]:
            different.append((rank, text, results))
    print(different) if different else None
    assert not different
    """
    body = "\n".join("    " + line for line in BUFFERS.strip().splitlines())
    ranks(number, script.replace("    {}", body))


@pytest.mark.parametrize("record", ["off", "full"])
def test_waitall_takes_persistent_collectives_among_others(ranks, record):
    script = f"""
    layer.begin('run', {record!r}, False, __file__)
    import numpy as np
    right, left = (rank + 1) % size, (rank - 1) % size
    mine, total, got = np.full(1, 1.0 + rank), np.zeros(1), np.zeros(2)
    kept = [comm.Allreduce_init(mine, total), comm.Barrier_init()]
    for step in range(3):
        MPI.Prequest.Startall(kept)
        requests = [kept[0], comm.Irecv(got, left, step), kept[1]]
        requests.append(comm.Isend(np.full(2, 1.0 * step + rank), right, step))
        statuses = []
        assert MPI.Request.Waitall(requests, statuses) is True
        assert len(statuses) == 4
        assert (statuses[1].source, statuses[1].tag) == (left, step)
        assert total[0] == size * (size + 1) / 2
        assert got[0] == step + left
        total[:] = 0
    MPI.Prequest.Startall(kept)
    assert MPI.Request.Waitall(kept) is True
    """
    ranks(3, script)
