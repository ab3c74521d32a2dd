"""Tests of the simulation and of the partitions it is cut into: `python -m unittest`."""

from __future__ import annotations

import contextlib
import hashlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import galsim
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

import reference
import simulate
import tensorfile

HERE = Path(__file__).resolve().parent
GALAXIES = 2 * simulate.CHUNK + 30
SEED = 11


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_galaxies(*arguments: Any, **options: Any) -> Path:
    """`simulate.write_galaxies`, with its progress kept out of the tests' report."""
    with contextlib.redirect_stderr(io.StringIO()):
        return simulate.write_galaxies(*arguments, **options)


class Dataset(unittest.TestCase):
    """A dataset written by two processes, and what is cut from it."""

    root: Path
    path: Path
    tensors: dict[str, np.ndarray]

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.path = write_galaxies(cls.root / "two", GALAXIES, SEED, processes=2)
        cls.tensors = load_file(cls.path)

    def test_one_process_writes_the_same_bytes_as_two(self) -> None:
        one = write_galaxies(self.root / "one", GALAXIES, SEED, processes=1)
        self.assertEqual(digest(one), digest(self.path))

    def test_a_galaxy_does_not_depend_on_its_neighbours(self) -> None:
        path = write_galaxies(self.root / "part", 3, SEED, first_id=200, processes=1)
        for name, tensor in load_file(path).items():
            np.testing.assert_array_equal(tensor, self.tensors[name][200:203], err_msg=name)

    def test_another_seed_is_another_sky(self) -> None:
        image, _, redshift = simulate.simulate_galaxy(SEED + 1, 0)
        self.assertFalse(np.array_equal(image, self.tensors["image"][0]))
        self.assertNotEqual(redshift, self.tensors["z_true"][0, 0])

    def test_tensors_have_the_names_shapes_and_dtypes_of_the_format(self) -> None:
        found = {name: (t.dtype, t.shape) for name, t in self.tensors.items()}
        self.assertEqual(found, simulate.layout(GALAXIES))

    def test_values_are_finite_and_in_range(self) -> None:
        for name, tensor in self.tensors.items():
            self.assertTrue(np.isfinite(tensor).all(), name)
        redshift = self.tensors["z_true"]
        low, high = simulate.REDSHIFT_RANGE
        self.assertTrue(((redshift >= low) & (redshift <= high)).all())
        # The limit holds before noise; what is measured scatters about it.
        self.assertLess(self.tensors["magnitude"][:, simulate.R_BAND].max(), 19.3)
        np.testing.assert_array_equal(self.tensors["id"], np.arange(GALAXIES))

    def test_partitions_hold_the_dataset_in_order_and_stale_ones_go(self) -> None:
        out = self.root / "partitions"
        stale = out / "1MB" / "part-00099.safetensors"
        stale.parent.mkdir(parents=True)
        stale.touch()
        paths = simulate.write_partitions(self.path, out, 1)
        self.assertEqual(sorted(stale.parent.iterdir()), paths)
        size = simulate.partition_size(1)
        self.assertEqual(len(paths), -(-GALAXIES // size))
        parts = [load_file(path) for path in paths]
        self.assertTrue(all(len(part["id"]) == size for part in parts[:-1]))
        for name, tensor in self.tensors.items():
            joined = np.concatenate([part[name] for part in parts])
            np.testing.assert_array_equal(joined, tensor, err_msg=name)
        with safe_open(paths[0], framework="numpy") as file:
            metadata = file.metadata()
        expected = {"bands": "u,g,r,i,z", "format": "galaxies-1", "seed": str(SEED)}
        self.assertEqual(metadata, expected)

        before = [digest(path) for path in paths]
        again = simulate.write_partitions(self.path, out, 1)
        self.assertEqual([digest(path) for path in again], before)

    def test_the_same_dataset_is_not_simulated_twice_and_another_replaces_it(self) -> None:
        path = write_galaxies(self.root / "again", 2, SEED, processes=1)
        stamp = path.stat().st_mtime_ns
        write_galaxies(self.root / "again", 2, SEED, processes=1)
        self.assertEqual(path.stat().st_mtime_ns, stamp)
        write_galaxies(self.root / "again", 3, SEED, processes=1)
        self.assertEqual(len(load_file(path)["id"]), 3)

    def test_the_model_predicts_better_than_the_mean(self) -> None:
        session = reference.open_session(reference.MODEL)
        image, magnitude = self.tensors["image"], self.tensors["magnitude"]
        predicted = reference.predict(session, image, magnitude, 100)
        self.assertEqual((predicted.dtype, predicted.shape), (np.float32, (GALAXIES, 1)))
        metrics = reference.redshift_metrics(predicted, self.tensors["z_true"])
        self.assertGreater(metrics["r2"], 0.8)
        self.assertLess(metrics["mae"], 0.04)


class Arithmetic(unittest.TestCase):
    def test_partition_sizes(self) -> None:
        self.assertEqual(simulate.GALAXY_BYTES, 20512)
        sizes = {megabytes: simulate.partition_size(megabytes) for megabytes in (25, 50, 75, 100)}
        self.assertEqual(sizes, {25: 1278, 50: 2556, 75: 3834, 100: 5112})

    def test_asinh_magnitudes_are_ab_magnitudes_of_bright_sources(self) -> None:
        flux = np.full(5, 10.0)
        np.testing.assert_allclose(simulate.asinh_magnitude(flux), 20.0, atol=0.02)
        self.assertTrue(np.isfinite(simulate.asinh_magnitude(np.full(5, -3.0))).all())

    def test_metrics(self) -> None:
        true = np.array([0.0, 0.1, 0.3])
        metrics = reference.redshift_metrics(np.array([0.02, 0.1, 0.2]), true)
        self.assertAlmostEqual(metrics["mae"], 0.04)
        self.assertAlmostEqual(metrics["mse"], (0.02**2 + 0.1**2) / 3)
        self.assertAlmostEqual(metrics["bias"], (0.02 - 0.1 / 1.3) / 3)
        self.assertAlmostEqual(metrics["nmad"], 1.48 * 0.02)
        self.assertAlmostEqual(metrics["r2"], 1 - 0.0104 / np.sum((true - true.mean()) ** 2))
        self.assertAlmostEqual(metrics["outlier_fraction"], 1 / 3)


class Rendering(unittest.TestCase):
    def test_agrees_with_galsim_drawing_the_convolution_itself(self) -> None:
        galaxy = simulate.Galaxy(
            redshift=0.1, bulge_flux=np.ones(5), disk_flux=np.ones(5), bulge_radius=0.8,
            disk_radius=1.5, bulge_axis_ratio=0.8, disk_axis_ratio=0.5, position_angle=0.6,
            offset=(0.1, -0.15),
        )  # fmt: skip
        _, disk = simulate.render(galaxy, simulate.SEEING_FWHM)
        profile = galsim.Exponential(half_light_radius=1.5).shear(q=0.5, beta=0.6 * galsim.radians)
        band = 0
        blur = galsim.Moffat(beta=simulate.MOFFAT_BETA, fwhm=simulate.SEEING_FWHM[band])
        expected = galsim.Convolve(profile.shift(*galaxy.offset), blur).drawImage(
            nx=simulate.STAMP, ny=simulate.STAMP, scale=simulate.PIXEL_SCALE, dtype=float
        )
        np.testing.assert_allclose(disk[band], expected.array, atol=0.005 * disk[band].max())


class TensorFile(unittest.TestCase):
    def test_a_failed_write_leaves_the_old_file_and_no_other(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.safetensors"
            tensorfile.write(path, {"id": np.arange(3)}, {"b": "2", "a": "1"})
            before = digest(path)
            layout = {"id": (simulate.I64, (9,))}
            with self.assertRaises(RuntimeError), tensorfile.create(path, layout, {}):
                raise RuntimeError
            self.assertEqual(digest(path), before)
            self.assertEqual(list(Path(folder).iterdir()), [path])
            np.testing.assert_array_equal(load_file(path)["id"], np.arange(3))


class CommandLine(unittest.TestCase):
    def run_script(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(HERE / script), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_mistakes_end_with_exit_code_2_and_say_which(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            no_tensors = str(HERE / "test_simulate.py")
            for script, arguments, message in [
                ("simulate.py", [], "required: COMMAND"),
                ("simulate.py", ["galaxies", "--out", folder, "--galaxies", "0", "--seed", "1"],
                 "0 is not between 1"),
                ("simulate.py", ["partition", "--from", folder, "--out", folder,
                                 "--megabytes", "25"], "is not a dataset of format"),
                ("reference.py", [no_tensors, "--out", f"{folder}/p"], "no safetensors file"),
            ]:  # fmt: skip
                with self.subTest(script=script, arguments=arguments):
                    done = self.run_script(script, *arguments)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(message, done.stderr)
                    self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
