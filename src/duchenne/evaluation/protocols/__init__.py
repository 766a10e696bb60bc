"""One protocol for each published experiment: data and a network in, the paper's own table out."""
