"""A rank that waits can be looked at, interrupted, and goes on living."""

import pytest

WAITS = {
    "Recv": "comm.Recv(np.zeros(3), (rank + 1) % size, tag=7)",
    "recv": "comm.recv()",
    "Send": "comm.Send(big, (rank + 1) % size)",
    "send": "comm.send(big, (rank + 1) % size)",
    "Ssend": "comm.Ssend(np.zeros(1), (rank + 1) % size)",
    "Probe": "comm.Probe()",
    "mprobe": "comm.mprobe(tag=4)",
    "Barrier": "comm.Barrier() if rank == 0 else comm.recv()",
    "bcast": "comm.bcast(1, root=1) if rank == 0 else comm.recv()",
    "Allreduce": "comm.Allreduce(np.zeros(1), np.zeros(1)) if rank == 0 else comm.recv()",
    "reduce": "comm.reduce(1) if rank == 0 else comm.recv()",
    "allreduce": "comm.allreduce(1) if rank == 0 else comm.recv()",
    "Split": "comm.Split(0) if rank == 0 else comm.recv()",
    "Dup": "comm.Dup() if rank == 0 else comm.recv()",
    "Sendrecv": "comm.Sendrecv(big, 1 - rank, 1, np.zeros(3), 1 - rank, 2)",
    "sendrecv": "comm.sendrecv(1, 1 - rank, 1, source=1 - rank, recvtag=2)",
    "Wait": "comm.Irecv(np.zeros(3)).Wait()",
    "wait": "comm.irecv().wait()",
    "Waitall": "MPI.Request.Waitall([comm.Irecv(np.zeros(3)), comm.Ibarrier()])",
    "waitany": "MPI.Request.waitany([comm.irecv(), comm.irecv(tag=3)])",
    "Waitsome": "MPI.Request.Waitsome([comm.Irecv(np.zeros(3))])",
}


@pytest.mark.parametrize("record", ["off", "waits", "full"])
def test_every_wait_raises_what_it_is_told_to(ranks, record):
    """In each wait: the state names the call and its line, the error comes there, and the
    world is sound afterwards."""
    script = f"""
    import json, threading, time, traceback
    import numpy as np
    big = np.zeros(1000000)
    class Told(Exception): pass
    def look():
        deadline = time.time() + 20
        while layer.wait_state() is None and time.time() < deadline: time.sleep(0.005)
        time.sleep(0.02)
        states.append(layer.wait_state())
        raised.append(layer.raise_in_wait(Told('stop')))
    for name, text in {WAITS!r}.items():
        layer.begin('run', {record!r}, False, __file__)
        states, raised = [], []
        other = threading.Thread(target=look)
        other.start()
        try:
            eval(text)
        except Told:
            pass
        else:
            raise AssertionError(text)
        other.join()
        (state,) = states
        if rank == 0:
            assert state['name'] == name, state
            assert state['file' if state['line'] is None else 'line'], state
            if name not in ('Wait', 'wait', 'Waitall', 'waitany', 'Waitsome') or {record != "off"}:
                assert state['needs'], state
        assert raised == [True]
        layer.end()
        layer.recover()
        assert comm.allreduce(1) == size
        comm.Barrier()
        request = comm.isend(rank, (rank + 1) % size)
        assert comm.recv() == (rank - 1) % size
        request.wait()
    """
    ranks(2, script)


def test_raise_has_no_effect_later(ranks):
    ranks(
        2,
        """
        import threading, time
        layer.begin('run', 'full', False, __file__)
        if rank == 0:
            assert not layer.raise_in_wait(ValueError('too early'))
            assert layer.wait_state() is None
            time.sleep(0.3)
            comm.send(1, 1)
        else:
            received = threading.Event()
            results = []
            def raise_late():
                received.wait()
                results.append(layer.raise_in_wait(ValueError()))
            late = threading.Thread(target=raise_late)
            late.start()
            comm.recv()
            received.set()
            late.join()
            assert results == [False]
            comm.send(2, 0)
        if rank == 0: assert comm.recv() == 2
        """,
    )


def test_signals_reach_a_waiting_rank(ranks):
    ranks(
        2,
        """
        import os, signal, threading, time
        layer.begin('run', 'full', False, __file__)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        started = time.time()
        try:
            comm.Recv(bytearray(8), source=1 - rank)
        except KeyboardInterrupt as error:
            line = error.__traceback__.tb_lineno
        assert time.time() - started < 5
        assert open(__file__).read().splitlines()[line - 1].strip().startswith('comm.Recv')
        layer.recover()
        comm.Barrier()
        """,
    )


def test_needs_name_what_is_still_open(ranks):
    ranks(
        2,
        """
        import threading, time
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        other = 1 - rank
        states = []
        threading.Timer(0.4, lambda: states.append(layer.wait_state())).start()
        if rank == 0:
            small = comm.Isend(np.zeros(2), 1, tag=1)
            requests = [small, comm.Irecv(np.zeros(5), 1, tag=2), comm.irecv(source=MPI.ANY_SOURCE)]
            MPI.Request.Waitall(requests)
            (state,) = states
            assert state['mode'] == 'and' and state['polls'] > 5 and state['waited'] > 0.2
            first, second = state['needs']
            assert first == {
                'what': 'message', 'probe': False, 'request': 2, 'comm': 'world', 'peer': 1,
                'tag': 2, 'bytes': 40, 'count': 5, 'dtype': 'MPI.DOUBLE',
            }, first
            assert (second['peer'], second['tag'], second['dtype']) == (-1, -1, 'object')
            assert state['text'] == 'MPI.Request.Waitall(requests)'
        else:
            comm.Recv(np.zeros(2), 0, 1)
            time.sleep(0.8)
            comm.Send(np.zeros(5), 0, 2)
            comm.send(1, 0)
        """,
    )


def test_half_of_a_sendrecv(ranks):
    """The send half has gone, the receive half waits: that is what the state says."""
    ranks(
        2,
        """
        import threading, time
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        states = []
        if rank == 0:
            for call in (
                lambda: comm.Sendrecv(np.zeros(2), 1, 3, np.zeros(2), 1, 4),
                lambda: comm.sendrecv('x', 1, 3, source=1, recvtag=4),
            ):
                threading.Timer(0.4, lambda: states.append(layer.wait_state())).start()
                call()
                state = states.pop()
                (need,) = state['needs']
                assert need['what'] == 'message' and need['tag'] == 4, state
                assert state['sent']['peer'] == 1 and state['sent']['tag'] == 3, state
        else:
            comm.Recv(np.zeros(2), 0, 3)
            time.sleep(0.8)
            comm.Send(np.zeros(2), 0, 4)
            comm.recv(source=0, tag=3)
            time.sleep(0.8)
            comm.send('y', 0, 4)
        """,
    )


def test_waiting_costs_little_processor_time(ranks):
    ranks(
        2,
        """
        import time
        layer.begin('run', 'full', False, __file__)
        if rank == 0:
            before = time.process_time()
            comm.recv(source=1)
            assert time.process_time() - before < 0.5
        else:
            time.sleep(2)
            comm.send(1, 0)
        """,
    )
