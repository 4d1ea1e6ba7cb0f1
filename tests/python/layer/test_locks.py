"""Locks of windows: as MPI's, but who waits for one can be stopped and knows who has it."""

import pytest

WINDOW = """
import threading, time
import numpy as np
from rankbook.mpi.wait import GATE
memory = np.zeros(4, 'i')
window = MPI.Win.Create(memory, comm=comm)
class Told(Exception): pass
def stopped(call):
    '''What is awaited by a call that never ends, which is stopped.'''
    states = []
    def stop():
        while layer.wait_state() is None: time.sleep(0.002)
        states.append(layer.wait_state())
        layer.raise_in_wait(Told())
    helper = threading.Thread(target=stop)
    helper.start()
    try: call()
    except Told: pass
    else: raise AssertionError('it got the lock')
    helper.join()
    return [(need['peer'], need['call'], need['part']) for need in states[0]['needs']]
def in_turn(*calls):
    '''Each rank its calls, one rank after the other.'''
    found = None
    for turn, call in enumerate(calls):
        if rank == turn: found = call()
        comm.Barrier()
    return found
layer.begin('run', 'full', False, __file__)
"""


@pytest.mark.parametrize("size", [2, 4])
def test_one_at_a_time(ranks, size):
    script = f"""{WINDOW}
one = np.ones(1, 'i')
for _ in range(50):
    window.Lock(0)
    window.Get(one, 0)
    window.Flush(0)
    one += 1
    window.Put(one, 0)
    window.Unlock(0)
comm.Barrier()
if rank == 0: print(memory[0])
window.Free()
"""
    assert ranks(size, script).strip() == str(50 * size)


def test_who_is_in_the_way(ranks):
    ranks(
        3,
        f"""{WINDOW}
awaited = in_turn(
    lambda: window.Lock(1),
    lambda: stopped(lambda: window.Lock(1)),
    lambda: (stopped(lambda: window.Lock(1, MPI.LOCK_SHARED)), stopped(window.Lock_all)),
)
assert awaited == {{
    0: None, 1: [(0, 'Unlock', 1)], 2: ([(0, 'Unlock', 1)], [(0, 'Unlock', None)])
}}[rank], awaited
# Who has been stopped is not in the way of the others, nor are other parts.
in_turn(
    lambda: window.Unlock(1),
    lambda: (window.Lock(1), window.Lock(0), window.Unlock(0), window.Unlock(1)),
    lambda: (window.Lock_all(), window.Unlock_all()),
)
window.Free()
""",
    )


def test_shared_by_those_who_only_read(ranks):
    ranks(
        3,
        f"""{WINDOW}
window.Lock(0, MPI.LOCK_SHARED)
comm.Barrier()
window.Unlock(0)
window.Lock_all()
comm.Barrier()
window.Unlock_all()
comm.Barrier()
awaited = in_turn(
    lambda: window.Lock_all(),
    lambda: window.Lock(2, MPI.LOCK_SHARED),
    lambda: stopped(lambda: window.Lock(2)),
)
assert rank != 2 or awaited in ([(0, 'Unlock', 2)], [(1, 'Unlock', 2)])
in_turn(lambda: window.Unlock_all(), lambda: window.Unlock(2), lambda: window.Lock(2))
if rank == 2: window.Unlock(2)
window.Free()
""",
    )


def test_who_waits_comes_next(ranks):
    script = f"""{WINDOW}
import fcntl
from rankbook.mpi.locks import _NEXT
got = 0
if rank == 0: window.Lock(0)
comm.Barrier()
if rank == 0:
    # Rank 1 is not left out by one who takes the lock again and again.
    while window._parts.holder(fcntl.F_WRLCK, _NEXT) is None: time.sleep(0.001)
    window.Unlock(0)
    for _ in range(3):
        window.Lock(0)
        got = max(got, memory[1])
        window.Unlock(0)
    print(got)
else:
    window.Lock(0)
    window.Put(np.ones(1, 'i'), 0, 4)
    window.Unlock(0)
comm.Barrier()
window.Free()
"""
    assert ranks(2, script).strip() == "1"


def test_wrong_calls_get_the_errors_of_mpi(ranks):
    ranks(
        2,
        f"""{WINDOW}
def refused(call):
    try: call()
    except MPI.Exception as error: return error.Get_error_class()
window.Lock(1)
assert refused(lambda: window.Lock(1)) == MPI.ERR_RMA_SYNC
assert refused(window.Lock_all) == MPI.ERR_RMA_SYNC
window.Unlock(1)
assert refused(lambda: window.Unlock(1)) == MPI.ERR_RMA_SYNC
assert refused(lambda: window.Lock(2)) == MPI.ERR_RANK
assert refused(lambda: window.Flush(0)) == MPI.ERR_RMA_SYNC
window.Lock(rank, assertion=MPI.MODE_NOCHECK)
window.Unlock(rank)
window.Lock(MPI.PROC_NULL)
window.Unlock(MPI.PROC_NULL)
comm.Barrier()
window.Free()
""",
    )


def test_of_a_smaller_group(ranks):
    ranks(
        3,
        f"""{WINDOW}
pair = comm.Split(rank > 0)
mine = MPI.Win.Allocate(4, comm=pair)
if rank > 0:
    if rank == 1: mine.Lock(1)
    pair.Barrier()
    if rank == 2: assert stopped(lambda: mine.Lock(1)) == [(0, 'Unlock', 1)]
    pair.Barrier()
    if rank == 1: mine.Unlock(1)
    # Other windows are not in the way.
    window.Lock(rank), window.Unlock(rank)
mine.Free()
comm.Barrier()
window.Free()
""",
    )


def test_the_record_names_the_part(ranks):
    said = ranks(
        2,
        f"""{WINDOW}
if rank == 0:
    window.Lock(1), window.Unlock(1), window.Lock_all(), window.Unlock_all()
    calls = layer.drain(1000)[0]['calls']
    print([(call['name'], call['locks']['part']) for call in calls if 'locks' in call])
comm.Barrier()
window.Free()
""",
    )
    assert said.strip() == "[('Lock', 1), ('Unlock', 1), ('Lock_all', None), ('Unlock_all', None)]"


def test_locks_that_the_layer_does_not_see(ranks):
    said = ranks(
        2,
        f"""{WINDOW}
window.Lock(rank)
layer.off()
window.Unlock(rank)
comm.Barrier()
layer.turn_on()
layer.begin('run', 'full', False, __file__)
comm.Barrier()
window.Lock(1 - rank)
window.Unlock(1 - rank)
comm.Barrier()
window.Free()
if rank == 0: print('free')
""",
    )
    assert said.strip() == "free"


@pytest.mark.parametrize("size", [2, 5])
def test_all_parts_and_single_ones_come_in_their_turn(ranks, size):
    """Who locks over and over leaves something to the others."""
    said = ranks(
        size,
        f"""{WINDOW}
one, seen = np.ones(1, 'i'), np.zeros(1, 'i')
def over_and_over(lock, unlock):
    '''All but the last rank, until that one has once got what it wants.'''
    comm.Barrier()
    until = time.time() + 30
    if rank == size - 1:
        time.sleep(0.05)
        yield
        window.Lock(0), window.Put(one, 0), window.Unlock(0)
    while not seen[0] and time.time() < until:
        lock(), window.Get(seen, 0) if lock == window.Lock_all else None, time.sleep(0.002)
        unlock()
        if lock != window.Lock_all: window.Lock(0), window.Get(seen, 0), window.Unlock(0)
    if seen[0]: told.append(time.time() < until)
    comm.Barrier()
    window.Fence()
    memory[0] = seen[0] = 0
    window.Fence()
told = []
for _ in over_and_over(window.Lock_all, window.Unlock_all): pass
for _ in over_and_over(lambda: window.Lock(rank), lambda: window.Unlock(rank)):
    window.Lock_all(), window.Unlock_all()
told = comm.gather(told)
if rank == 0: print(sorted(set(map(tuple, told))))
window.Free()
""",
    )
    assert said.strip() == "[(True, True)]"


def test_what_an_interrupt_leaves(ranks):
    """Python raises it after MPI's call, which has done its part."""
    said = ranks(
        2,
        f"""{WINDOW}
import signal
interrupts = 0
def poke(main=threading.main_thread().ident):
    for _ in range(100):
        time.sleep(0.002)
        signal.pthread_kill(main, signal.SIGINT)
    over.append(True)
over = []
if rank == 0:
    threading.Thread(target=poke).start()
    while not over:
        try:
            while not over: window.Lock(1), window.Unlock(1)
        except (KeyboardInterrupt, MPI.Exception) as error:
            interrupts += isinstance(error, KeyboardInterrupt)
comm.Barrier()
if window._parts.mine: window.Unlock(1)
layer.recover()
layer.begin('run', 'full', False, __file__)
window.Lock(1), window.Unlock(1)
comm.Barrier()
window.Free()
if rank == 0: print(interrupts > 10)
""",
    )
    assert said.strip() == "True"


def test_ranks_as_any_number_and_by_name(ranks):
    ranks(
        4,
        f"""{WINDOW}
other = size / 2
window.Lock(other), window.Flush(other), window.Unlock(other)
window.Lock(rank=np.int64(1), lock_type=MPI.LOCK_SHARED)
window.Flush(rank=1), window.Flush_local(rank=1), window.Flush_all()
window.Unlock(rank=1)
comm.Barrier()
window.Free()
""",
    )
