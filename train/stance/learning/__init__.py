"""From labelled sentences to a fitted pipeline: config, data, groups, features, thresholds."""
