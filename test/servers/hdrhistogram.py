"""Reads lines of JSON, each an encoded histogram or values to record, and prints the result of the package hdrhistogram."""
import json
import sys

from hdrh.histogram import HdrHistogram

PERCENTILES = [10, 50, 90, 95, 99, 99.9, 99.99, 100]

for line in sys.stdin:
    request = json.loads(line)
    if "encoded" in request:
        histogram = HdrHistogram.decode(request["encoded"].encode())
    else:
        histogram = HdrHistogram(1, request["max"], 3)
        for value in request["values"]:
            histogram.record_value(value)
    buckets = [(i.value_iterated_to, i.count_added_in_this_iter_step) for i in histogram.get_recorded_iterator()]
    print(json.dumps({
        "total": histogram.get_total_count(),
        "percentiles": [[p, histogram.get_value_at_percentile(p)] for p in PERCENTILES],
        "buckets": buckets,
        "encoded": histogram.encode().decode(),
    }))
