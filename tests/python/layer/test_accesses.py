"""What reaches beyond a part of a window is refused, and what is astray in it recorded."""

import json

ACCESSES = """
import json
import numpy as np
layer.begin('run', 'full', False, __file__)
doubles = MPI.Win.Create(np.zeros(4), 8, comm=comm)
octets = MPI.Win.Create(np.zeros(4), comm=comm)
smaller = MPI.Win.Allocate(8 * (1 + rank), 8, comm=comm)
dynamic = MPI.Win.Create_dynamic(comm=comm)
one, two, number = np.ones(1), np.ones(2), np.ones(1, 'i')
pairs = MPI.DOUBLE.Create_vector(2, 1, 2).Commit()
def found(window, name, *arguments, **named):
    window.Lock_all()
    try:
        made = getattr(window, name)(*arguments, **named)
        if made is not None: made.Wait()
    except MPI.Exception as error:
        assert error.Get_error_class() == MPI.ERR_RMA_RANGE, error
        return str(error).partition(' of bytes ')[2]
    finally:
        window.Unlock_all()
    calls = layer.drain(1000)[0]['calls']
    return [list(call['access'].values())[1:] for call in calls if 'access' in call]
"""


def accesses(ranks, *lines: str):
    """By line, on rank 0 of two: what it is refused for, or what is recorded of it."""
    script = f"{ACCESSES}\nif rank == 0: print(json.dumps([{', '.join(lines)}]))"
    return json.loads(ranks(2, f"{script}\ncomm.Barrier()\n"))


def test_what_is_as_it_should_be_is_not_recorded(ranks):
    lines = [
        "found(doubles, 'Put', two, 1)",
        "found(doubles, 'Put', two, 1, 2)",
        "found(doubles, 'Get', two, 1, (2, 2))",
        "found(doubles, 'Get', [np.ones(9), 4], 1)",
        "found(doubles, 'Accumulate', [two, MPI.DOUBLE], 1, [1, 2, MPI.DOUBLE], op=MPI.SUM)",
        "found(doubles, 'Put', number, 1, 1)",
        "found(doubles, 'Put', one, MPI.PROC_NULL, 99)",
        "found(doubles, 'Put', [np.ones(3), 1, pairs], 1)",
        "found(doubles, 'Put', [two, 2, MPI.DOUBLE], 1, (0, 1, pairs))",
        "found(doubles, 'Fetch_and_op', one, np.zeros(1), 1, 3)",
        "found(doubles, 'Rget', two, 1, 2)",
        "found(octets, 'Put', one, 1, 24)",
        "found(octets, 'Put', bytearray(3), 1, 29)",
        "found(octets, 'Put', np.ones(0), 1, 99)",
        "found(smaller, 'Put', two, 1)",
        "found(doubles, 'Put', np.ones(1, complex), 1, 1)",
        "found(octets, 'Put', np.ones(1, np.longdouble), 1, 8)",
        "found(octets, 'Put', number, 1, 20)",
        "found(octets, 'Accumulate', [bytearray(16), 1, MPI.DOUBLE_INT], 1, 16, op=MPI.MAXLOC)",
    ]
    assert accesses(ranks, *lines) == [[]] * len(lines)


def test_what_reaches_beyond(ranks):
    lines = {
        "found(smaller, 'Get', two, 0)": "0 to 16 of the 8 bytes of rank 0, with a disp_unit of 8",
        "found(doubles, 'Put', one, 1, 4)": (
            "32 to 40 of the 32 bytes of rank 1, with a disp_unit of 8"
        ),
        "found(doubles, 'Get', two, target_rank=1, target=3)": (
            "24 to 40 of the 32 bytes of rank 1, with a disp_unit of 8"
        ),
        "found(doubles, 'Rput', number, 1, 8)": (
            "64 to 68 of the 32 bytes of rank 1, with a disp_unit of 8"
        ),
        "found(doubles, 'Fetch_and_op', one, np.zeros(1), 1, 4)": (
            "32 to 40 of the 32 bytes of rank 1, with a disp_unit of 8"
        ),
        "found(octets, 'Put', bytearray(3), 1, (30, 3))": (
            "30 to 33 of the 32 bytes of rank 1, with a disp_unit of 1"
        ),
    }
    assert accesses(ranks, *lines) == list(lines.values())


def test_what_begins_within_an_element(ranks):
    lines = {
        "found(octets, 'Put', one, 1, 1)": [1, 1, 8],
        "found(octets, 'Get_accumulate', one, np.zeros(1), 1, 2, MPI.NO_OP)": [1, 2, 8],
        "found(octets, 'Get', np.zeros(1, complex), 1, 1)": [1, 1, 16],
    }
    assert accesses(ranks, *lines) == [[access] for access in lines.values()]


def test_what_is_not_locked_while_others_are(ranks):
    ranks(
        2,
        f"""{ACCESSES}
def refused(call, text):
    try: call()
    except MPI.Exception as error:
        assert error.Get_error_class() == MPI.ERR_RMA_SYNC
        assert text in str(error), error
    else: raise AssertionError(text)
other = 1 - rank
for assertion in (0, MPI.MODE_NOCHECK):
    doubles.Lock(rank, assertion=assertion)
    doubles.Put(one, rank)
    refused(lambda: doubles.Put(one, other), f'MPI_Put on the part of rank {{other}}, which is')
    refused(lambda: doubles.Unlock(other), f'MPI_Win_unlock of rank {{other}}, which is')
    doubles.Unlock(rank)
comm.Barrier()
doubles.Fence()
doubles.Put(one, other)
doubles.Fence()
""",
    )


def test_where_it_is_not_known(ranks):
    """Memory that ranks attach as they go, and runs that record nothing."""
    said = ranks(
        2,
        f"""{ACCESSES}
memory = np.zeros(2)
dynamic.Attach(memory)
place = comm.bcast(MPI.Get_address(memory), root=1)
if rank == 0: print(found(dynamic, 'Put', one, 1, place))
comm.Barrier()
layer.begin('run', 'off', False, __file__)
if rank == 0: print(found(octets, 'Put', one, 1, 1))
comm.Barrier()
dynamic.Detach(memory)
comm.Barrier()
if rank == 1: assert memory[0] == 1
""",
    )
    assert said.split() == ["[]", "[]"]
