from notebook_kernel.comms import BaseComm, CommManager  # noqa: F401
