"""示范数据 (demo): a made-up round shaped like Zhengzhou's, the same for everyone who makes it on one day.

Upstream: everything.  Only the districts are real; enterprises, sites and people are plainly fictitious.
"""
