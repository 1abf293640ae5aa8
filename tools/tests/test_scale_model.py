"""Tests of tools/scale_model.py.

    python3 -m unittest discover tools/tests
"""

import io
import sys
import unittest
from dataclasses import replace
from pathlib import Path

# Nothing is to be left beside the scripts.
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scale_model import HOUR, Site, Work, fit, predict, report, simulate  # noqa: E402

COMPUTE = Work("compute", 0.02, 131_072, 96)


class Predictions(unittest.TestCase):
    def test_the_busiest_resource_is_the_bottleneck(self):
        site = Site(10)
        self.assertEqual(predict(COMPUTE, site, 10**6).bottleneck, "processors")
        slow_network = replace(site, network=1e7)
        self.assertEqual(predict(COMPUTE, slow_network, 10**6).bottleneck, "network")
        slow_store = replace(site, store=1e8)
        self.assertEqual(predict(COMPUTE, slow_store, 10**6).bottleneck, "object store")
        slow_scheduler = replace(site, schedule=1.0)
        self.assertEqual(predict(COMPUTE, slow_scheduler, 10**6).bottleneck, "scheduler")

    def test_ten_machines_take_a_tenth_of_the_processors_time(self):
        one, ten = (predict(COMPUTE, Site(n), 10**6).parts["processors"] for n in [1, 10])
        self.assertAlmostEqual(one, 10 * ten)
        self.assertAlmostEqual(one, 10**6 * 0.02 / 16)

    def test_too_few_tasks_leave_slots_idle(self):
        site = Site(100, task_blobs=10_000)
        prediction = predict(COMPUTE, site, 10**6)
        self.assertEqual(prediction.bottleneck, "last tasks")
        self.assertAlmostEqual(prediction.seconds, site.startup + 10_000 * 0.02)


class Simulations(unittest.TestCase):
    def test_without_failures_the_simulation_takes_the_predicted_time(self):
        for machines in [1, 4, 20]:
            site = Site(machines, jitter=0.05, task_blobs=64)
            predicted = predict(COMPUTE, site, 200_000).seconds
            simulated = simulate(COMPUTE, site, 200_000, seed=1)
            self.assertEqual(simulated.failures, 0)
            self.assertLess(abs(simulated.seconds / predicted - 1), 0.1, machines)

    def test_every_task_is_done_once_in_spite_of_lost_machines(self):
        site = Site(10, mean_time_to_failure=200.0, detection=5.0, replacement=10.0)
        outcome = simulate(COMPUTE, site, 100_001, seed=3)
        self.assertEqual(outcome.done, 391)
        self.assertGreater(outcome.failures, 0)
        self.assertGreater(outcome.lost_tasks, 0)

    def test_lost_machines_cost_time(self):
        site = Site(4)
        lossy = replace(site, mean_time_to_failure=120.0)

        def total(site):
            return sum(simulate(COMPUTE, site, 200_000, seed).seconds for seed in range(5))

        self.assertGreater(total(lossy), 1.05 * total(site))

    def test_a_seed_gives_one_outcome(self):
        site = Site(10, mean_time_to_failure=HOUR)
        first, second, other = (simulate(COMPUTE, site, 10**5, seed) for seed in [1, 1, 2])
        self.assertEqual(first, second)
        self.assertNotEqual(first, other)


class Figures(unittest.TestCase):
    def test_the_cost_of_a_process_and_of_a_blob_is_found_in_exact_runs(self):
        start, each = fit([(16, 0.5 + 16 * 0.03), (48, 0.5 + 48 * 0.03), (32, 0.5 + 32 * 0.03)])
        self.assertAlmostEqual(start, 0.5)
        self.assertAlmostEqual(each, 0.03)

    def test_the_table_of_the_documentation_is_that_of_the_model(self):
        table = io.StringIO()
        report(out=table)
        docs = Path(__file__).resolve().parent.parent.parent / "docs" / "scale.md"
        self.assertIn(table.getvalue(), docs.read_text())


if __name__ == "__main__":
    unittest.main()
