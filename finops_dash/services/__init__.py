"""One module per capability; pages, the API, jobs and the command line call nothing else."""
