"""Communicators stay in the layer, and other code goes on working with them."""


def test_ids_are_equal_on_all_members(ranks):
    ranks(
        4,
        """
        layer.begin('run', 'full', False, __file__)
        def ids(made): return made._c.id, sorted([made._c.members, made._c.remote or []])
        group = comm.Get_group()
        made = [
            comm.Dup(), comm.Clone(), comm.Split(rank % 2, -rank), comm.Split(rank // 2),
            comm.Create(group), comm.Split_type(MPI.COMM_TYPE_SHARED), comm.Create_cart([2, 2]),
            comm.Create_cart([2, 2]).Sub([True, False]), comm.Idup()[0],
            comm.Create_dist_graph_adjacent([rank], [rank]), comm.Create_group(group),
        ]
        half = comm.Split(rank % 2)
        made.append(half.Create_intercomm(0, comm, 1 - rank % 2))
        made.append(made[-1].Merge())
        made.append(half.Dup())
        comm.Barrier()
        mine = [ids(one) for one in made]
        everyone = comm.allgather(mine)
        for index in range(len(made)):
            known = {}
            for rank_of, theirs in enumerate(everyone):
                id, members = theirs[index]
                assert known.setdefault(id, members) == members, (index, everyone)
                assert any(rank_of in side for side in members)
        # No two communicators of one rank have the same id.
        assert len({id for id, _ in mine}) == len(mine)
        assert all('generated' in type(one).Barrier.__code__.co_filename for one in made)
        """,
    )


def test_pickles_copies_and_classes(ranks):
    ranks(
        2,
        """
        import copy, pickle
        for turn in range(2):
            for constant in (MPI.COMM_WORLD, MPI.COMM_SELF, MPI.COMM_NULL, MPI.REQUEST_NULL):
                assert pickle.loads(pickle.dumps(constant)) is constant
                assert copy.copy(constant) is constant and copy.deepcopy(constant) is constant
            assert b'COMM_WORLD' in pickle.dumps(comm) and b'rankbook' not in pickle.dumps(comm)
            assert comm.bcast(comm) is comm
            assert isinstance(comm, MPI.Intracomm) and isinstance(comm, MPI.Comm)
            assert isinstance(plain, MPI.Intracomm) and issubclass(type(plain), MPI.Comm)
            assert not isinstance(comm, MPI.Intercomm) and type(comm) is MPI.Intracomm
            twin = MPI.Intracomm(comm)
            assert twin == comm and not twin != comm and twin is not comm
            try: hash(comm)
            except TypeError: pass
            else: raise AssertionError('mpi4py has no hash either')
            if turn == 0: layer.recover()
        from mpi4py.MPI import COMM_WORLD
        assert COMM_WORLD is comm
        class Mine(MPI.Intracomm):
            def answer(self): return self.allreduce(21)
        mine = Mine(comm)
        assert mine.answer() == 42 and isinstance(mine.Dup(), Mine) and mine.Dup().answer() == 42
        """,
    )


def test_pkl5_and_futures(ranks):
    ranks(
        3,
        """
        layer.begin('run', 'full', False, __file__)
        import numpy as np
        from mpi4py.util import pkl5
        big = pkl5.Intracomm(comm)
        request = big.isend(np.full(100000, rank), (rank + 1) % size)
        assert (big.recv(source=(rank - 1) % size) == (rank - 1) % size).all()
        request.wait()
        assert big.bcast({'a': rank}, 1) == {'a': 1}
        assert big.allgather(rank) == [0, 1, 2]
        from mpi4py.futures import MPICommExecutor
        with MPICommExecutor(comm, root=0) as executor:
            if executor is not None:
                assert list(executor.map(abs, range(-5, 0))) == [5, 4, 3, 2, 1]
        comm.Barrier()
        """,
    )


def test_c_code_takes_and_makes_communicators(ranks):
    """As an extension does, through the capsules of mpi4py's C API."""
    ranks(
        2,
        """
        import ctypes
        capsules = MPI.__pyx_capi__
        api = ctypes.pythonapi
        def function(key, signature):
            pointer = api.PyCapsule_GetPointer(capsules[key], api.PyCapsule_GetName(capsules[key]))
            return signature(pointer)
        get = function('PyMPIComm_Get', ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object))
        new = function('PyMPIComm_New', ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_uint32))
        handle = ctypes.c_uint32.from_address(get(comm)).value
        made = new(handle)
        assert made == comm and type(made) is MPI.Intracomm
        assert made.allreduce(1) == 2 and made._c is comm._c
        """,
    )


def test_off_is_plain_mpi4py(ranks):
    ranks(
        2,
        """
        layer.off()
        assert not layer.on
        assert type(comm).Send is type(plain).Send
        assert 'Waitall' not in vars(MPI.Request) and 'Wait' not in vars(MPI.Request)
        layer.begin('run', 'full', False, __file__)
        assert comm.allreduce(1) == 2
        comm.Barrier()
        assert layer.drain()[0]['calls'] == []
        layer.end()
        layer.turn_on()
        layer.begin('run', 'full', False, __file__)
        comm.Barrier()
        assert len(layer.drain()[0]['calls']) == 1
        """,
    )


def test_finalize_and_abort_are_put_off_in_cells(ranks):
    ranks(
        2,
        """
        from rankbook.mpi import AbortRun
        layer.begin('run', 'full', False, __file__)
        MPI.Finalize()
        MPI.Finalize()
        assert not MPI.Is_finalized()
        for call in (comm.Abort, comm.Dup().Abort, MPI.COMM_SELF.Abort):
            try: call(7)
            except Exception: raise
            except AbortRun as stop: assert stop.code == 7
            else: raise AssertionError('goes on')
        (note,) = layer.end()
        assert 'MPI.Finalize() was put off' in note
        assert layer.end() == []
        layer.begin('program', 'off', False, None)
        MPI.Finalize()
        assert MPI.Is_finalized()
        """,
    )


def test_free(ranks):
    ranks(
        2,
        """
        made = comm.Dup()
        made.Free()
        assert made == MPI.COMM_NULL
        for one in (comm, made):
            try: one.Free()
            except MPI.Exception as error: assert error.Get_error_class() == MPI.ERR_COMM
            else: raise AssertionError('freed')
        layer.recover()
        twin = MPI.Intracomm(comm)
        twin.free()
        comm.free()
        assert twin == MPI.COMM_NULL and comm.allreduce(1) == 2
        """,
    )
