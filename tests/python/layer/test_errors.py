"""Errors and documentation of MPI calls are mpi4py's, without a trace of the layer."""

import pytest

FAULTS = [
    "comm.send(1, dest=4)",
    "comm.Send(np.zeros(1), dest=4)",
    "comm.Isend(np.zeros(1), dest=4)",
    "comm.irecv(source=4)",
    "comm.Recv(np.zeros(1), source=9)",
    "comm.recv(source=9)",
    "comm.Sendrecv(np.zeros(1), 9, 0, np.zeros(1), 0)",
    "comm.sendrecv(1, dest=9, source=0)",
    "comm.Probe(source=9)",
    "comm.Bcast(np.zeros(1), root=9)",
    "comm.bcast(1, root=9)",
    "comm.gather(1, root=9)",
    "comm.reduce(1, root=9)",
    "comm.scatter([1, 2, 3], root=0)",
    "comm.Allreduce(np.zeros(1), np.zeros(3))",
    "comm.Dup().Free(1)",
    "MPI.File.Open(MPI.COMM_SELF, '/no/such/file')",
    "comm.Recv(np.zeros(1), source=0)",
    "comm.Irecv(np.zeros(1), source=0).Wait()",
]


@pytest.mark.parametrize("record", ["off", "full"])
def test_tracebacks_end_at_the_users_line(ranks, record):
    ranks(
        1,
        f"""
        import traceback
        import numpy as np
        def told(text):
            '''What the user sees, without addresses and handles, and class and number.'''
            pending = comm.Isend(np.zeros(9), 0) if 'source=0' in text else None
            try:
                try: 1 / 0
                except ZeroDivisionError:
                    eval(text, globals() | {{'comm': comm}})
            except Exception as error:
                seen = traceback.format_exc()
                assert {record!r} == 'off' or 'rankbook' not in seen, seen
                assert seen.count('During handling') == 1, seen
                assert isinstance(error.__context__, ZeroDivisionError)
                found = type(error), getattr(error, 'error_class', None), error.__cause__
            else:
                raise AssertionError(text)
            if pending: pending.Cancel(); pending.Free()
            while comm.iprobe(): comm.Recv(np.zeros(9))
            return found
        layer.begin('run', {record!r}, False, __file__)
        of_layer = [told(text) for text in {FAULTS!r}]
        layer.end()
        layer.off()
        comm = plain
        assert type(comm).__init__ is not MPI.Intracomm.__init__
        for text, ours in zip({FAULTS!r}, of_layer):
            pending = comm.Isend(np.zeros(9), 0) if 'source=0' in text else None
            try: eval(text)
            except Exception as error:
                assert ours == (type(error), getattr(error, 'error_class', None), None), text
            else: raise AssertionError(text)
            while comm.iprobe(): comm.Recv(np.zeros(9))
        """,
    )


def test_frames_of_the_users_operator_stay(ranks):
    ranks(
        2,
        """
        import traceback
        layer.begin('run', 'full', False, __file__)
        def add(a, b):
            raise ValueError('mine')
        try: comm.reduce(1, op=add)
        except ValueError:
            seen = traceback.format_exc()
            assert rank == 0 and 'in add' in seen and 'rankbook' not in seen, seen
        else: assert rank == 1
        """,
    )


def test_documentation_is_mpi4pys(ranks):
    ranks(
        1,
        """
        import inspect
        for name in ('Comm', 'Intracomm', 'Cartcomm', 'Intercomm', 'Request', 'Win', 'File'):
            cls = getattr(MPI, name)
            base = next(c for c in cls.__mro__ if c.__name__ == name and c is not cls)
            for method in dir(base):
                if method.startswith('_') or not callable(getattr(base, method)): continue
                ours, theirs = getattr(cls, method), getattr(base, method)
                assert ours.__doc__ == theirs.__doc__, (name, method)
                if ours is theirs: continue
                try: expected = inspect.signature(theirs)
                except ValueError: continue
                assert inspect.signature(ours) == expected, (name, method)
        assert 'root' in inspect.signature(comm.bcast).parameters
        """,
    )
