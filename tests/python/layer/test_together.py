"""Calls without a non-blocking form: windows, files, reductions, communicators of a group."""

import pytest

#: What rank 0 calls while rank 1 never does; it is told to stop, and the world is sound.
NEVER_JOINED = {
    "Fence": "window.Fence()",
    "Free": "window.Free()",
    "Win.Create": "MPI.Win.Create(np.zeros(1), comm=comm)",
    "Win.Allocate": "MPI.Win.Allocate(8, comm=comm)",
    "Start": "window.Start(comm.group.Incl([1]))",
    "Win.Wait": "(window.Post(comm.group.Incl([1])), window.Wait())",
    "Open": "MPI.File.Open(comm, path, MPI.MODE_CREATE | MPI.MODE_RDWR)",
    "Read_all": "file.Read_all(bytearray(1))",
    "Write_at_all": "file.Write_at_all(0, b'a')",
    "Write_ordered": "file.Write_ordered(b'a')",
    "Set_size": "file.Set_size(10)",
    "Close": "file.Close()",
    "Create_group": "comm.Create_group(comm.group)",
    "Create_intercomm": "MPI.COMM_SELF.Create_intercomm(0, comm, 1)",
    "inter.bcast": "inter.bcast(1, root=0)",
    "inter.Bcast": "inter.Bcast(np.zeros(1), root=0)",
    "inter.gather": "inter.gather(1, root=0)",
    "inter.reduce": "inter.reduce(1, root=MPI.ROOT)",
    "inter.allreduce": "inter.allreduce(1)",
    "reduce": "comm.reduce(1, root=0)",
    "allreduce": "comm.allreduce(1)",
    "allreduce of a Dup": "other.allreduce(1)",
    "Split of a Dup": "other.Split(0)",
    "Create_group of a Dup": "other.Create_group(comm.group)",
}


@pytest.mark.parametrize("record", ["off", "full"])
def test_who_waits_for_others_can_be_stopped(ranks, tmp_path, record):
    ranks(
        2,
        f"""
        import threading, time
        import numpy as np
        path = {str(tmp_path / "file")!r}
        class Told(Exception): pass
        def stop():
            deadline = time.time() + 20
            while layer.wait_state() is None and time.time() < deadline: time.sleep(0.002)
            time.sleep(0.01)
            states.append(layer.wait_state())
            layer.raise_in_wait(Told())
        other = comm.Dup()
        inter = MPI.COMM_SELF.Create_intercomm(0, comm, 1 - rank)
        for name, text in {NEVER_JOINED!r}.items():
            layer.begin('run', {record!r}, False, __file__)
            window = MPI.Win.Create(np.zeros(1), comm=comm)
            file = MPI.File.Open(comm, path, MPI.MODE_CREATE | MPI.MODE_RDWR)
            states = []
            if rank == 0:
                helper = threading.Thread(target=stop)
                helper.start()
                try: eval(text)
                except Told: pass
                else: raise AssertionError(f'{{name}} does not wait')
                helper.join()
                (state,) = states
                assert state['name'] in name + text, (name, state)
                assert state['needs'] and state['line'], (name, state)
            layer.end()
            layer.recover()
            assert comm.allreduce(rank) == 1
            if name == 'Free': assert window
            if name != 'Win.Wait' : window.Fence()
            assert other.allreduce([rank]) == [0, 1], name
            for parent in (comm, other):
                for made in (parent.Create_group(comm.group), parent.Split(0, rank)):
                    assert made.allreduce([rank]) == [0, 1], name
            file.Close()
        """,
        seconds=120,
    )


def test_hidden_messages_meet_no_others(ranks):
    """Reductions of one communicator in between those of others, and of user's messages."""
    ranks(
        4,
        """
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        halves = comm.Split(rank % 2, rank)
        backwards = comm.Split(0, -rank)
        stray = [comm.isend('stray', (rank + 1) % size, tag) for tag in range(5)]
        for turn in range(20):
            assert comm.allreduce([rank]) == [0, 1, 2, 3]
            assert backwards.reduce([rank], root=turn % 4) == (
                [3, 2, 1, 0] if backwards.rank == turn % 4 else None)
            assert halves.allreduce(rank) == (2, 4)[rank % 2]
            assert backwards.scan([rank]) == list(range(3, rank - 1, -1))
            assert comm.exscan(str(rank)) == ('0123'[:rank] or None)
        big = comm.allreduce(np.full(200000, rank))
        assert (big == 6).all()
        for tag in range(5): assert comm.recv(tag=tag) == 'stray'
        MPI.Request.waitall(stray)
        assert not comm.iprobe()
        """,
    )


def test_a_wrong_root_of_one_rank_is_told_at_once(ranks):
    ranks(
        2,
        """
        layer.begin('run', 'full', False, __file__)
        for call in (comm.reduce, comm.bcast, comm.gather):
            if rank == 0:
                try: call(1, root=9)
                except MPI.Exception as error:
                    assert error.Get_error_class() == MPI.ERR_ROOT and error.__context__ is None
                else: raise AssertionError('accepted')
        comm.barrier()
        assert comm.allreduce(1) == 2
        """,
    )


def test_windows_of_ranks_that_wait_in_shared_memory(ranks):
    """Others get on with their windows."""
    ranks(
        4,
        """
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        window = MPI.Win.Allocate(8 * size, 8, comm=comm)
        memory = np.frombuffer(window, dtype='d')
        for turn in range(20):
            comm.Barrier()
            if rank > turn % 3:
                window.Lock(0)
                window.Put(np.full(1, float(turn)), 0, rank)
                window.Unlock(0)
            comm.Barrier()
            if rank == 0: assert (memory[turn % 3 + 1:] == turn).all()
        window.Lock_all()
        window.Rput(np.full(1, float(rank)), (rank + 1) % size, rank).Wait()
        window.Unlock_all()
        comm.Barrier()
        assert memory[rank - 1] == (rank - 1) % size
        assert layer.progress()
        window.Free()
        assert not layer.progress()
        """,
    )


def test_start_post_complete_wait(ranks):
    ranks(
        3,
        """
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        memory = np.zeros(3)
        window = MPI.Win.Create(memory, 8, comm=comm)
        group = comm.group
        for turn in range(50):
            target = turn % 3
            if rank == target:
                window.Post(group.Excl([target]))
                window.Wait()
                assert [memory[r] for r in range(3) if r != target] == [turn, turn]
            else:
                window.Start(group.Incl([target]))
                window.Put(np.full(1, float(turn)), target, rank)
                window.Complete()
        window.Free()
        """,
    )


def test_a_test_after_a_barrier_sees_what_was_completed_before(ranks):
    script = """
    window = MPI.Win.Create(bytearray(1), comm=comm)
    group = window.Get_group()
    if rank == 0:
        others = group.Excl([0])
        for _ in range(100):
            window.Start(others)
            comm.Barrier()
            window.Complete()
            comm.Barrier()
    else:
        first = group.Incl([0])
        for turn in range(100):
            window.Post(first)
            assert not window.Test()
            comm.Barrier()
            comm.Barrier()
            assert window.Test(), turn
    window.Free()
    """
    ranks(4, script)


def test_a_root_that_the_other_group_has_not_is_refused_at_once(ranks):
    ranks(
        2,
        """
        between = comm.Split(rank, 0).Create_intercomm(0, comm, 1 - rank)
        for call in (between.gather, between.bcast, between.scatter):
            try: call(None, root=5)
            except MPI.Exception: pass
            else: raise AssertionError(call)
        root = MPI.ROOT if rank == 0 else 0
        assert between.bcast(7, root=root) == (None if rank == 0 else 7)
        """,
    )
