"""More ranks than cores: they sleep until others wake them, and meet in shared memory."""

import os
import sys

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="sleeps by naps elsewhere")


@pytest.fixture
def crowd(ranks):
    """`crowd(n, script)`: as `ranks`, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield ranks
    finally:
        os.sched_setaffinity(0, before)


@linux
@pytest.mark.parametrize("number", [2, 3, 4, 5, 7, 8])
def test_small_allreduce_rounds_as_mpi_does(crowd, number):
    """To the bit, for each operator and type, and for lengths on both sides of the limits."""
    crowd(
        number,
        """
        import numpy as np
        from rankbook.mpi.methods import PLAIN
        layer.begin('run', 'full', False, __file__)
        assert comm._c.meetings is not None
        numbers = np.random.default_rng(rank)
        for op in (MPI.SUM, MPI.PROD, MPI.MAX, MPI.MIN, MPI.BAND, MPI.BOR, MPI.BXOR):
            for code in 'bBhHiIlLqQfd':
                if code in 'fd' and op in (MPI.BAND, MPI.BOR, MPI.BXOR): continue
                for length in (1, 2, 31, 255, 256):
                    given = numbers.standard_normal(length) * 10.0 ** numbers.integers(0, 5, length)
                    given = (given if code in 'fd' else np.abs(given) % 100).astype(code)
                    wanted, got = np.zeros_like(given), np.zeros_like(given)
                    PLAIN['Comm'].Allreduce(plain, given, wanted, op)
                    comm.Allreduce(given, got, op)
                    assert got.tobytes() == wanted.tobytes(), (op.Get_name(), code, length)
                    comm.Allreduce(MPI.IN_PLACE, given, op)
                    assert given.tobytes() == wanted.tobytes(), (op.Get_name(), code, length)
        """,
    )


@linux
def test_meetings_of_unlike_buffers_go_to_mpi(crowd):
    crowd(
        4,
        """
        import numpy as np
        for record in ('full', 'waits', 'off'):
            layer.begin('run', record, False, __file__)
            for turn in range(50):
                given, got = np.full(3, rank, dtype='i'), np.zeros(3, dtype='i')
                if rank == turn % 4:
                    comm.Allreduce([given, 3, MPI.INT], [got, 3, MPI.INT])
                else:
                    comm.Allreduce(given, got)
                assert (got == 6).all(), got
                comm.Barrier()
                wide, many = np.ones(100000), np.zeros(100000)
                comm.Allreduce(wide, many)
                assert (many == 4).all()
                assert comm.allreduce(1) == 4
            layer.end()
        """,
    )


@linux
def test_wrong_arguments_of_allreduce_raise_at_once(crowd):
    crowd(
        3,
        """
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        same = np.ones(3)
        for arguments in ((same, None), (same, same), (same, np.ones(3), None)):
            try:
                comm.Allreduce(*arguments)
            except (MPI.Exception, TypeError, ValueError, BufferError):
                pass
            else:
                raise AssertionError(arguments)
        got = np.zeros(3)
        comm.Allreduce(same, got)
        assert (got == 3).all()
        """,
    )


@linux
def test_a_barrier_waits_for_all_and_is_sound_after_an_interrupt(crowd):
    crowd(
        4,
        """
        import threading, time
        class Told(Exception): pass
        for turn in range(5):
            layer.begin('run', 'full', False, __file__)
            for _ in range(turn):
                comm.Barrier()
            if rank == turn % 4:
                time.sleep(0.3)
            else:
                def tell():
                    while layer.wait_state() is None: time.sleep(0.005)
                    time.sleep(0.05)
                    state = layer.wait_state()
                    assert state['name'] == 'Barrier', state
                    assert state['needs'][0]['what'] == 'collective', state
                    told.append(layer.raise_in_wait(Told()))
                told = []
                other = threading.Thread(target=tell)
                other.start()
                start = time.perf_counter()
                try:
                    comm.Barrier()
                except Told:
                    pass
                else:
                    raise AssertionError('a barrier that one rank has not entered')
                assert time.perf_counter() - start < 0.25
                other.join()
                assert told == [True]
            layer.end()
            layer.recover()
            layer.begin('run', 'full', False, __file__)
            comm.Barrier()
            assert comm.allreduce(1) == 4
            layer.end()
        """,
    )


@linux
def test_sleepers_are_woken_by_each_kind_of_call(crowd):
    """Thousands of exchanges in which everybody sleeps; each takes far less than a nap."""
    took = crowd(
        4,
        """
        import time
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        apart, halves = comm.Dup(), comm.Split(rank % 2)
        right, left = (rank + 1) % size, (rank - 1) % size
        message, long = np.zeros(1), np.zeros(100000)
        kept = [comm.Send_init(message, right), comm.Recv_init(message.copy(), left)]
        def buffers():
            request = comm.Irecv(message, left)
            comm.Send(message.copy(), right)
            request.Wait()
        def objects():
            comm.send(rank, right)
            assert comm.recv(source=left) == left
        def persistent():
            MPI.Prequest.Startall(kept)
            MPI.Request.Waitall(kept)
        def ring():
            if rank == 0: comm.Ssend(message, right)
            comm.Recv(message, left)
            if rank != 0: comm.Ssend(message, right)
        def wide():
            comm.Sendrecv(long, right, recvbuf=long.copy(), source=left)
        def elsewhere():
            for part in (apart, halves):
                part.Barrier()
                part.Allreduce(message, long[:1])
        ways = (elsewhere, buffers, objects, persistent, ring, wide,
            lambda: comm.Bcast(message), lambda: comm.allgather(rank), lambda: comm.reduce(1))
        for way in ways:
            comm.Barrier()
            start = time.perf_counter()
            for _ in range(200): way()
            comm.Barrier()
            if rank == 0: print(time.perf_counter() - start)
        """,
    )
    assert sum(float(line) for line in took.split()) < 10


@linux
def test_sums_of_one_number_that_are_unusual(crowd):
    """NaN, views, memory that may not be written, and ranks that bring other buffers."""
    crowd(
        3,
        """
        import math
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        got = np.zeros(1)
        for turn in range(3):
            comm.Allreduce(np.full(1, math.nan if rank == turn else 1.0), got)
            assert math.isnan(got[0])
            comm.Allreduce(np.full(1, rank + 1.0), got, MPI.PROD)
            assert got[0] == 6
        both = np.arange(2.0)
        comm.Allreduce(both[:1], both[1:])
        assert both.tolist() == [0, 0]
        one = np.ones(1)
        comm.Allreduce([one, MPI.DOUBLE] if rank == 1 else one, got)
        assert got[0] == 3
        fixed = np.zeros(1)
        fixed.flags.writeable = False
        try:
            comm.Allreduce(one, fixed)
        except (BufferError, ValueError):
            pass
        else:
            raise AssertionError('written')
        comm.Allreduce(one, got)
        assert got[0] == 3 and fixed[0] == 0
        calls = layer.drain()[0]['calls']
        assert [call['name'] for call in calls] == ['Allreduce'] * 10
        assert [call['collective']['index'] for call in calls] == [*range(9), 8]
        """,
    )


@linux
def test_slices_are_short_where_ranks_share_cores(crowd):
    crowd(
        2,
        """
        import ctypes, platform
        from rankbook.mpi import timeslice
        number = {'x86_64': 315, 'aarch64': 275}.get(platform.machine())
        if number is not None:
            got = ctypes.create_string_buffer(timeslice._ATTRIBUTES.size)
            assert ctypes.CDLL(None).syscall(number, 0, got, len(got), 0) == 0
            runtime = timeslice._ATTRIBUTES.unpack(got.raw)[5]
            kernel = tuple(int(part) for part in platform.release().split('.')[:2])
            assert runtime == timeslice.SLICE * 1e9 or kernel < (6, 12), runtime
        """,
    )


@linux
def test_who_is_called_by_mpi_does_not_sleep(crowd):
    crowd(
        2,
        """
        import time
        import numpy as np
        from rankbook.mpi.wait import GATE
        layer.begin('run', 'full', False, __file__)
        window = MPI.Win.Create(np.zeros(1), comm=comm)
        bells = GATE.sleeper.bells
        comm.Barrier()
        # Who locks a window says whom it needs, for as long as that one is not in MPI.
        if rank == 1:
            window.Lock(0)
        else:
            while not bells.is_called: time.sleep(0.001)
        comm.Barrier()
        if rank == 1: window.Unlock(0)
        comm.Barrier()
        assert not any(bells.called)
        comm.Barrier()
        # And so who waits for a request of a window.
        if rank == 1:
            window.Lock(0)
            window.Rget(np.zeros(1), 0).Wait()
            window.Unlock(0)
        comm.Barrier()
        assert not any(bells.called)
        comm.Barrier()
        slept = []
        sleep = bells.sleep
        def watched(seconds):
            slept.append(bells.is_called)
            sleep(seconds)
        bells.sleep = watched
        if rank == 1:
            GATE.sleeper.call(0)
            time.sleep(0.3)
            GATE.sleeper.hang_up()
            time.sleep(0.1)
        comm.Barrier()
        bells.sleep = sleep
        # It may just have gone to sleep when it was called.
        assert rank == 1 or (sum(slept) <= 2 < len(slept)), slept
        window.Free()
        """,
    )
