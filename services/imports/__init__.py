"""Imports: data of other systems, brought in through the same commands as everything else."""
