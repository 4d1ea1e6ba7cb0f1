"""What runs inside a rank: talks to the kernel, runs cells and programs.

The messages are those of ``src/protocol/frames.ts``. A rank is made either by a fork of
the zygote (:mod:`rankbook.zygote`) or by an MPI launcher (``python -m rankbook.agent``).
"""
