"""After a stopped run the next one starts clean, with the same communicator object."""


def test_nothing_of_the_old_run_is_met_in_the_new_one(ranks):
    ranks(
        3,
        """
        import pickle
        import numpy as np
        layer.begin('run', 'full', False, __file__)
        before = comm
        sub = comm.Split(0, rank)
        part = comm.Create_group(comm.Get_group().Incl([0, 1]))
        mine = MPI.Intracomm(comm)
        kept = []
        if rank == 0:
            kept.append(comm.Ibarrier())
            kept.append(comm.Isend(np.zeros(1000000), 1))
            kept.append(sub.isend('stray', 1))
        elif rank == 1:
            kept.append(comm.Irecv(np.zeros(4), 2, 9))
        else:
            kept.append(comm.Isend(np.ones(4), 1, 11))
            comm.send('stray', 0)
        layer.end()
        names = layer.recover()
        assert names == (['sub'] if rank == 0 else []), names
        assert comm is before and comm is MPI.COMM_WORLD and mine == comm
        assert pickle.loads(pickle.dumps(comm)) is comm
        assert comm.Get_name() == 'MPI_COMM_WORLD'
        layer.begin('next', 'full', False, __file__)
        assert not comm.Iprobe()
        assert comm.allgather(rank) == [0, 1, 2]
        got = np.zeros(4)
        comm.Sendrecv(np.full(4, float(rank)), (rank + 1) % 3, 9, got, (rank - 1) % 3, 9)
        assert (got == (rank - 1) % 3).all()
        comm.Barrier()
        layer.end()
        payload, _ = layer.drain()
        assert payload['comms'][0]['id'] == 'world'
        assert payload['calls'][0]['collective']['index'] == 0
        """,
    )


def test_what_was_not_used_holds_no_strays(ranks):
    ranks(
        2,
        """
        used, other = comm.Dup(), comm.Dup()
        nameless = [comm.Dup()]

        def named(record, use):
            layer.begin('run', record, False, __file__)
            use()
            layer.end()
            layer.drain()
            return layer.recover()

        def often():
            for _ in range(20000): comm.Send(b'', MPI.PROC_NULL)

        assert named('full', lambda: used.isend(1, rank)) == ['used']
        assert named('full', lambda: used.irecv(None, rank)) == ['used']
        assert named('full', lambda: other.Barrier()) == ['other']
        assert named('full', lambda: comm.Barrier()) == []
        # Not all that was used is known.
        for whatever in (named('waits', lambda: None), named('full', often)):
            assert whatever == ['other', 'used']
        """,
    )


def test_many_times(ranks):
    ranks(
        2,
        """
        for turn in range(200):
            layer.begin(str(turn), 'off', False, __file__)
            comm.isend(turn, 1 - rank)
            assert layer.recover() == []
            assert comm.allreduce(1) == 2
        """,
    )


def test_the_time_is_bounded(ranks):
    ranks(
        2,
        """
        import time
        if rank == 0:
            started = time.monotonic()
            try:
                layer.recover(seconds=0.5)
            except TimeoutError:
                assert time.monotonic() - started < 3
            else:
                raise AssertionError('nobody else came')
        else:
            time.sleep(1)
        """,
    )


def test_self_is_cleaned(ranks):
    ranks(
        1,
        """
        request = MPI.COMM_SELF.isend('stray', 0)
        layer.recover()
        assert not MPI.COMM_SELF.iprobe()
        other = MPI.COMM_SELF.isend('new', 0)
        assert MPI.COMM_SELF.recv() == 'new'
        other.wait()
        """,
    )
