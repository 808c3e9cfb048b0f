"""定时任务 (worker): everything that happens by itself, embedded in the server or as a process of its own.

Upstream: the jobs of every stage.  Losing the timer for a day delays work, it never loses any.
"""
