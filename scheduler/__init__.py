"""The scheduler: one elected process runs the jobs, in processes of their own."""
