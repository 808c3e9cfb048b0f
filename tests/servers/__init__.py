"""Real servers for the test run: PostgreSQL and an S3 store (Ceph RGW), thrown away at its end.

`python -m tests.servers` starts both and prints the variables with which several runs can share them.
"""

POSTGRES_VARIABLE = "SUICHA_TEST_POSTGRES"
S3_VARIABLE = "SUICHA_TEST_S3"
VARIABLES = {"postgres": POSTGRES_VARIABLE, "s3": S3_VARIABLE}
