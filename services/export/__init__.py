"""Export: the whole public record as files that anybody can verify, read and serve."""
