from notebook_kernel.display import *  # noqa: F403
