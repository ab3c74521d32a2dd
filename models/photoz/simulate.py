"""Simulates a flux-limited survey of galaxies in five bands, and cuts it into partitions.

The demonstration pipeline needs galaxy images with known redshifts on a machine
that has no access to a survey's archive. This module makes them from physics
that GalSim carries: spectral energy distributions redshifted through
bandpasses, bulge and disk profiles, seeing, and sky and photon noise. A network
trained on them (`train.py`) has a real regression to solve: colour gives most
of the redshift, dust and noise take some of it away, and the size and the
profile in the image give a little back.

What one galaxy is, in the order in which it is drawn:

1. redshift, from a Smail distribution, cut to 0.02 ... 0.6;
2. early or late type, the share of early types growing with redshift as it does
   in a flux-limited sample;
3. bulge-to-total ratio, the spectral types of bulge and disk (interpolated between the
   Coleman, Wu and Weedman templates E, Sbc, Scd, Im), inclination, dust;
4. absolute magnitude, from a Schechter function cut at the survey's flux limit;
5. half-light radius, from a size-luminosity relation with scatter;
6. seeing and calibration error of each band, then noise.

Every galaxy has a random stream of its own, derived from the seed and its id, and is
drawn alone. So its pixels do not depend on which process, chunk or partition it falls
in, and galaxy 17 of a dataset of 20 is galaxy 17 of a dataset of a million.

Units: fluxes are nanomaggies (AB magnitude 22.5 is 1), angles arcseconds,
lengths kiloparsecs unless a name says otherwise.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import galsim
import numpy as np
from safetensors import SafetensorError, safe_open

import tensorfile

# --- What a file holds --------------------------------------------------------------------------

BANDS = ("u", "g", "r", "i", "z")
R_BAND = BANDS.index("r")
STAMP = 32
"""Width and height of an image, pixels."""

FORMAT = "galaxies-1"
"""Names the tensors below; a change of their names, shapes or units is a new format."""

RECIPE = "1"
"""Names the simulation; a change of any pixel at the same seed is a new recipe."""

I64, F32 = np.dtype("<i8"), np.dtype("<f4")
GALAXY_BYTES = (len(BANDS) * STAMP * STAMP + len(BANDS) + 1) * F32.itemsize + I64.itemsize
"""Bytes of one galaxy's tensors: image 20480, magnitudes 20, redshift 4, id 8."""

DATASET_FILE = "galaxies.safetensors"

# --- The survey ---------------------------------------------------------------------------------

PIXEL_SCALE = 0.396
"""Arcseconds per pixel, the SDSS camera's."""

ZERO_POINT = 22.5
"""AB magnitude of one nanomaggy."""

SEEING_FWHM = np.array([1.53, 1.44, 1.32, 1.26, 1.29])
"""Median full width at half maximum of the point spread function per band, arcseconds."""

SEEING_SCATTER = 0.12
"""Scatter of ln(seeing) from exposure to exposure, common to the bands of one exposure."""

SEEING_BAND_SCATTER = 0.03
"""Scatter of ln(seeing) that each band has for itself."""

MOFFAT_BETA = 3.0

DEPTH_5SIGMA = np.array([22.15, 23.13, 22.70, 22.20, 20.71])
"""AB magnitude of a point source at five times the sky noise, per band, at median seeing."""

ELECTRONS_PER_NANOMAGGY = np.array([160.0, 1000.0, 950.0, 770.0, 140.0])
"""Detected photons of a source of one nanomaggy in one exposure, per band."""

CALIBRATION_ERROR = np.array([0.02, 0.01, 0.01, 0.01, 0.015])
"""Scatter of the photometric zero point, magnitudes."""

ASINH_SOFTENING = np.array([1.4e-10, 0.9e-10, 1.2e-10, 1.8e-10, 7.4e-10])
"""Softening b of SDSS's asinh magnitudes, maggies: at zero flux they end, and stay finite."""

FLUX_LIMIT_R = 19.0
"""Faintest apparent r magnitude of the sample."""

BRIGHT_LIMIT_R = 14.0
"""Brightest apparent r magnitude of the sample: nearer galaxies outgrow the stamp."""

SKY_SIGMA = 10 ** (0.4 * (ZERO_POINT - DEPTH_5SIGMA)) / (
    5 * np.sqrt(2.266 * (SEEING_FWHM / PIXEL_SCALE) ** 2)
)
"""Sky noise of one pixel per band, nanomaggies. 2.266 FWHM^2 is the noise-equivalent area of a
Gaussian point spread function (4 pi sigma^2)."""

# --- The population -----------------------------------------------------------------------------

REDSHIFT_RANGE = (0.02, 0.60)
SMAIL_ALPHA, SMAIL_BETA, SMAIL_Z0 = 2.0, 1.5, 0.16
"""n(z) ~ z^alpha exp(-(z / z0)^beta): Smail, Ellis & Fitchett 1994."""

SCHECHTER_M_STAR, SCHECHTER_ALPHA = -21.2, -1.05
"""r-band luminosity function for H0 = 70 km/s/Mpc, after Blanton et al. 2003."""

HUBBLE_CONSTANT, OMEGA_MATTER, LIGHT_SPEED = 70.0, 0.3, 299792.458
"""Flat Lambda-CDM; km/s/Mpc and km/s."""

TEMPLATES = ("CWW_E_ext.sed", "CWW_Sbc_ext.sed", "CWW_Scd_ext.sed", "CWW_Im_ext.sed")
"""Spectral types 0, 1, 2, 3; a type between two is a mixture of them."""

DISK_THICKNESS = 0.2
"""Axis ratio of a disk seen edge-on."""

REDSHIFT_GRID = np.arange(0.0, 0.6101, 0.01)
REDDENING_GRID = np.arange(0.0, 0.601, 0.05)
"""Colour excesses E(B-V), magnitudes."""

# --- Drawing ------------------------------------------------------------------------------------

GRID = 64
"""Pixels of the periodic grid on which images are convolved: twice the stamp, so that what
wraps around lands outside it."""

K_STEP = 2 * np.pi / (GRID * PIXEL_SCALE)
"""Spacing of the grid's wave numbers, radians per arcsecond."""

STAMP_INDEX = np.arange(-STAMP // 2, STAMP // 2) % GRID
"""The periodic grid's rows (and columns) that make the stamp; its origin is pixel 16."""

CHUNK = 128
"""Galaxies that a process simulates between two reports."""


def calzetti_attenuation(wavelength_nm: np.ndarray) -> np.ndarray:
    """k(lambda) of Calzetti et al. 2000: attenuation in magnitudes per magnitude of E(B-V)."""
    micron = np.clip(np.asarray(wavelength_nm, dtype=float) / 1000.0, 0.12, 2.2)
    blue = 2.659 * (-2.156 + 1.509 / micron - 0.198 / micron**2 + 0.011 / micron**3) + 4.05
    red = 2.659 * (-1.857 + 1.040 / micron) + 4.05
    return np.where(micron < 0.63, blue, red)


@dataclass(frozen=True)
class Survey:
    """Tables that all galaxies share, computed once and handed to every process.

    `flux` [template, redshift, E(B-V), band] holds observed fluxes in maggies of a galaxy
    whose dust-free rest-frame r magnitude is 0, at a luminosity distance of 10 pc: the
    K-correction, the colour and the dust in one number. Distance comes on top.
    """

    flux: np.ndarray
    redshift_quantiles: np.ndarray
    """[2, m]: cumulative probability, redshift."""
    magnitude_quantiles: np.ndarray
    """[2, m]: cumulative number, absolute r magnitude, bright to faint."""
    distance: np.ndarray
    """[2, m]: redshift, comoving distance in megaparsecs."""


@functools.cache
def survey() -> Survey:
    """Builds the tables. A second or two: some 16,000 integrals of spectra over bandpasses."""
    share = Path(galsim.meta_data.share_dir)
    spectra = [galsim.SED(str(share / "SEDs" / name), "Ang", "flambda") for name in TEMPLATES]
    bandpasses = [
        galsim.Bandpass(str(share / "bandpasses" / f"LSST_{band}.dat"), "nm").withZeropoint("AB")
        for band in BANDS
    ]

    flux = np.empty((len(TEMPLATES), len(REDSHIFT_GRID), len(REDDENING_GRID), len(BANDS)))
    for t, spectrum in enumerate(spectra):
        spectrum = spectrum.withMagnitude(0.0, bandpasses[R_BAND])
        for e, reddening in enumerate(REDDENING_GRID):
            dusty = spectrum * functools.partial(_transmission, reddening)
            for k, redshift in enumerate(REDSHIFT_GRID):
                # GalSim keeps the photon density at the shifted wavelength: exactly the
                # dimming by 1 + z that is due when distance is the luminosity distance.
                shifted = dusty.atRedshift(redshift)
                for b, bandpass in enumerate(bandpasses):
                    flux[t, k, e, b] = 10 ** (-0.4 * shifted.calculateMagnitude(bandpass))

    z = np.linspace(*REDSHIFT_RANGE, 4096)
    density = z**SMAIL_ALPHA * np.exp(-((z / SMAIL_Z0) ** SMAIL_BETA))
    magnitude = np.linspace(-25.5, -13.0, 8192)
    luminosity = 10 ** (-0.4 * (magnitude - SCHECHTER_M_STAR))
    number = luminosity ** (SCHECHTER_ALPHA + 1) * np.exp(-luminosity)
    z_from_here = np.linspace(0.0, REDSHIFT_RANGE[1], 4096)
    expansion = np.sqrt(OMEGA_MATTER * (1 + z_from_here) ** 3 + 1 - OMEGA_MATTER)
    return Survey(
        flux=flux,
        redshift_quantiles=np.stack([_cumulative(density, z, normalise=True), z]),
        magnitude_quantiles=np.stack([_cumulative(number, magnitude), magnitude]),
        distance=np.stack(
            [z_from_here, LIGHT_SPEED / HUBBLE_CONSTANT * _cumulative(1 / expansion, z_from_here)]
        ),
    )


def _transmission(reddening: float, wavelength_nm: np.ndarray) -> np.ndarray:
    """Share of the light that leaves a galaxy through dust of this E(B-V)."""
    return 10 ** (-0.4 * reddening * calzetti_attenuation(wavelength_nm))


def _cumulative(y: np.ndarray, x: np.ndarray, *, normalise: bool = False) -> np.ndarray:
    """Integral of y from x[0] to each x, by trapezoids."""
    total = np.concatenate([[0.0], np.cumsum((y[1:] + y[:-1]) / 2 * np.diff(x))])
    return total / total[-1] if normalise else total


def _interpolate_flux(
    flux: np.ndarray, spectral_type: float, redshift: float, reddening: float
) -> np.ndarray:
    """Flux [band] in maggies at a point between the grid's, linearly along each axis."""
    position = (
        spectral_type,
        redshift / (REDSHIFT_GRID[1] - REDSHIFT_GRID[0]),
        reddening / (REDDENING_GRID[1] - REDDENING_GRID[0]),
    )
    for coordinate in position:
        low = min(int(coordinate), flux.shape[0] - 2)
        flux = flux[low] + (coordinate - low) * (flux[low + 1] - flux[low])
    return flux


@dataclass(frozen=True)
class Galaxy:
    """What is drawn of a galaxy before any pixel is."""

    redshift: float
    bulge_flux: np.ndarray
    """[band], nanomaggies."""
    disk_flux: np.ndarray
    """[band], nanomaggies."""
    bulge_radius: float
    """Half-light radius, arcseconds."""
    disk_radius: float
    """Half-light radius, arcseconds."""
    bulge_axis_ratio: float
    disk_axis_ratio: float
    position_angle: float
    """Radians."""
    offset: tuple[float, float]
    """Centre's distance from the stamp's centre, arcseconds."""


def draw_galaxy(rng: np.random.Generator, tables: Survey) -> Galaxy:
    """Draws a galaxy's redshift, light and shape from the population."""
    redshift = float(np.interp(rng.random(), *tables.redshift_quantiles))
    early = rng.random() < 0.30 + 0.50 * min(redshift / 0.45, 1.0)

    inclination = np.arccos(rng.random())
    if early:
        bulge_to_total = rng.beta(5.0, 2.0)
        disk_type = min(abs(rng.normal(0.0, 0.25)), 1.0)
        reddening = min(rng.exponential(0.015), 0.10)
    else:
        bulge_to_total = rng.beta(1.2, 4.5)
        disk_type = float(np.clip(rng.normal(1.8, 0.6), 0.4, 3.0))
        # A disk seen closer to edge-on shows more of its dust.
        reddening = min(rng.exponential(0.07) + 0.10 * (1 - np.cos(inclination)) ** 2, 0.55)
    bulge_type = min(abs(rng.normal(0.0, 0.12)), 0.5)

    bulge_flux = _interpolate_flux(tables.flux, bulge_type, redshift, 0.5 * reddening)
    disk_flux = _interpolate_flux(tables.flux, disk_type, redshift, reddening)
    bulge_flux = bulge_to_total * bulge_flux
    disk_flux = (1 - bulge_to_total) * disk_flux

    comoving = float(np.interp(redshift, *tables.distance))
    distance_modulus = 5 * np.log10(comoving * (1 + redshift)) + 25
    k_correction = -2.5 * np.log10(bulge_flux[R_BAND] + disk_flux[R_BAND])
    number, magnitude = tables.magnitude_quantiles
    limits = np.array([BRIGHT_LIMIT_R, FLUX_LIMIT_R]) - distance_modulus - k_correction
    bright, faint = np.interp(limits, magnitude, number)
    absolute = float(np.interp(bright + rng.random() * (faint - bright), number, magnitude))
    scale = 10 ** (-0.4 * (absolute + distance_modulus - ZERO_POINT))

    # Median half-light radii in kiloparsecs, after Shen et al. 2003.
    if early:
        log_radius = -0.26 * absolute - 5.06
    else:
        log_radius = -0.104 * absolute + 0.25 * np.log10(1 + 10 ** (-0.4 * (absolute + 20.91)))
        log_radius -= 1.71
    radius_kpc = 10**log_radius * np.exp(0.3 * rng.standard_normal())
    arcseconds_per_kpc = 206264.806 / (1000 * comoving / (1 + redshift))
    radius = float(np.clip(radius_kpc * arcseconds_per_kpc, 0.15, 8.0))

    cosine = np.cos(inclination) ** 2
    offset = rng.uniform(-0.5, 0.5, size=2) * PIXEL_SCALE
    return Galaxy(
        redshift=redshift,
        bulge_flux=scale * bulge_flux,
        disk_flux=scale * disk_flux,
        bulge_radius=radius * (0.9 if early else 0.4),
        disk_radius=radius * 1.15,
        bulge_axis_ratio=float(rng.uniform(0.6, 1.0)),
        disk_axis_ratio=float(np.sqrt(cosine + (1 - cosine) * DISK_THICKNESS**2)),
        position_angle=float(rng.uniform(0.0, np.pi)),
        offset=(float(offset[0]), float(offset[1])),
    )


def _transform(profile: galsim.GSObject) -> np.ndarray:
    """The profile's Fourier transform on the grid's half plane, [GRID, GRID // 2 + 1]."""
    whole = profile.drawKImage(nx=GRID, ny=GRID, scale=K_STEP).array
    # The image of a profile is real, so half the plane says all; put wave number 0 first.
    half = np.concatenate([whole[:, GRID // 2 :], whole[:, :1]], axis=1)
    return np.fft.ifftshift(half, axes=0)


def render(galaxy: Galaxy, seeing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Noiseless images of bulge and disk, each of unit flux, [band, STAMP, STAMP] both.

    GalSim transforms the two profiles once and the point spread function (`seeing`:
    full width at half maximum per band, arcseconds) once per band; convolution
    with both and with the pixel is then a product, done here for all bands at once.
    """
    # The grid's origin is pixel 16 while the stamp's centre lies between 15 and 16.
    shift = [offset - PIXEL_SCALE / 2 for offset in galaxy.offset]
    angle = galaxy.position_angle * galsim.radians
    bulge = (
        galsim.DeVaucouleurs(half_light_radius=galaxy.bulge_radius)
        .shear(q=galaxy.bulge_axis_ratio, beta=angle)
        .shift(*shift)
    )
    disk = (
        galsim.Exponential(half_light_radius=galaxy.disk_radius)
        .shear(q=galaxy.disk_axis_ratio, beta=angle)
        .shift(*shift)
    )
    blur = np.stack([_transform(galsim.Moffat(beta=MOFFAT_BETA, fwhm=fwhm)) for fwhm in seeing])
    blur *= _pixel_transform()
    components = np.stack([_transform(bulge), _transform(disk)])
    images = np.fft.irfft2(components[:, None] * blur[None], s=(GRID, GRID))
    stamps = images[:, :, STAMP_INDEX[:, None], STAMP_INDEX]
    return stamps[0], stamps[1]


@functools.cache
def _pixel_transform() -> np.ndarray:
    return _transform(galsim.Pixel(PIXEL_SCALE))


def asinh_magnitude(flux: np.ndarray) -> np.ndarray:
    """SDSS's asinh magnitudes (Lupton, Gunn & Szalay 1999) of fluxes [..., band], nanomaggies.

    They equal AB magnitudes for bright sources and stay finite at zero and negative flux.
    """
    maggies = flux * 10 ** (-0.4 * ZERO_POINT)
    pogson = 2.5 / np.log(10)
    return -pogson * (np.arcsinh(maggies / (2 * ASINH_SOFTENING)) + np.log(ASINH_SOFTENING))


def simulate_galaxy(seed: int, galaxy_id: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Simulates the galaxy with this id.

    Returns its image [5, 32, 32] in nanomaggies, its five measured asinh magnitudes and
    its redshift. They are a function of the arguments alone.
    """
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(galaxy_id,))))
    galaxy = draw_galaxy(rng, survey())
    seeing = SEEING_FWHM * np.exp(
        SEEING_SCATTER * rng.standard_normal()
        + SEEING_BAND_SCATTER * rng.standard_normal(len(BANDS))
    )
    bulge, disk = render(galaxy, seeing)

    calibration = 10 ** (0.4 * CALIBRATION_ERROR * rng.standard_normal(len(BANDS)))
    bulge_flux, disk_flux = calibration * galaxy.bulge_flux, calibration * galaxy.disk_flux
    image = bulge_flux[:, None, None] * bulge + disk_flux[:, None, None] * disk
    photon_variance = np.maximum(image, 0) / ELECTRONS_PER_NANOMAGGY[:, None, None]
    sigma = np.sqrt(SKY_SIGMA[:, None, None] ** 2 + photon_variance)
    image += sigma * rng.standard_normal(image.shape)

    # Like SDSS's model magnitudes: the r band's profile, blurred by each band's seeing,
    # is fitted to that band's pixels by least squares.
    bulge_share = bulge_flux[R_BAND] / (bulge_flux[R_BAND] + disk_flux[R_BAND])
    model = bulge_share * bulge + (1 - bulge_share) * disk
    measured = (model * image).sum(axis=(1, 2)) / (model**2).sum(axis=(1, 2))
    return image.astype(F32), asinh_magnitude(measured).astype(F32), galaxy.redshift


Chunk = tuple[int, np.ndarray, np.ndarray, np.ndarray]
"""Position of the first galaxy, images, magnitudes, redshifts."""


def _simulate_chunk(seed: int, first_id: int, position: int, count: int) -> Chunk:
    image = np.empty((count, len(BANDS), STAMP, STAMP), F32)
    magnitude = np.empty((count, len(BANDS)), F32)
    z_true = np.empty((count, 1), F32)
    for row in range(count):
        image[row], magnitude[row], z_true[row] = simulate_galaxy(seed, first_id + position + row)
    return position, image, magnitude, z_true


def _simulate_job(job: tuple[int, int, int, int]) -> Chunk:
    return _simulate_chunk(*job)


def simulate_chunks(seed: int, first_id: int, galaxies: int, processes: int) -> Iterator[Chunk]:
    """Yields the galaxies `first_id` ... `first_id + galaxies` in chunks, in order."""
    jobs = [
        (seed, first_id, position, min(CHUNK, galaxies - position))
        for position in range(0, galaxies, CHUNK)
    ]
    processes = min(processes, len(jobs))
    if processes <= 1:
        yield from map(_simulate_job, jobs)
        return
    # "spawn" is what every platform has, and inherits no threads in an unknown state.
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_simulate_job, jobs)


def layout(galaxies: int) -> tensorfile.Layout:
    """The tensors of a dataset or a partition. 8-byte values first, so that all are aligned."""
    return {
        "id": (I64, (galaxies,)),
        "image": (F32, (galaxies, len(BANDS), STAMP, STAMP)),
        "magnitude": (F32, (galaxies, len(BANDS))),
        "z_true": (F32, (galaxies, 1)),
    }


def partition_metadata(seed: str) -> dict[str, str]:
    """`__metadata__` of a partition: what its tensors mean and which sky they come from."""
    return {"bands": ",".join(BANDS), "format": FORMAT, "seed": seed}


def dataset_metadata(seed: int, first_id: int, galaxies: int) -> dict[str, str]:
    """`__metadata__` of a dataset: all that its bytes depend on."""
    return partition_metadata(str(seed)) | {
        "first_id": str(first_id),
        "galaxies": str(galaxies),
        "recipe": RECIPE,
        "versions": json.dumps(
            {name: importlib.metadata.version(name) for name in ("galsim", "numpy")}
        ),
    }


def write_galaxies(
    directory: Path, galaxies: int, seed: int, first_id: int = 0, processes: int = 2
) -> Path:
    """Writes `directory/galaxies.safetensors`, unless the same dataset is already there."""
    path = directory / DATASET_FILE
    metadata = dataset_metadata(seed, first_id, galaxies)
    if path.exists() and _metadata_of(path) == metadata:
        print(f"{path} holds these {galaxies} galaxies already", file=sys.stderr)
        return path
    start = time.monotonic()
    with tensorfile.create(path, layout(galaxies), metadata) as tensors:
        tensors["id"][...] = np.arange(first_id, first_id + galaxies)
        done = 0
        for position, image, magnitude, z_true in simulate_chunks(
            seed, first_id, galaxies, processes
        ):
            rows = slice(position, position + len(image))
            tensors["image"][rows] = image
            tensors["magnitude"][rows] = magnitude
            tensors["z_true"][rows] = z_true
            done += len(image)
            _report_progress(done, galaxies, time.monotonic() - start)
    return path


def _report_progress(done: int, total: int, seconds: float) -> None:
    """One line that rewrites itself on a terminal; elsewhere only the last one."""
    if done < total and not sys.stderr.isatty():
        return
    rate = done / max(seconds, 1e-9)
    line = f"simulated {done} of {total} galaxies, {rate:.0f} a second"
    print(f"\r{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _metadata_of(path: Path) -> dict[str, str] | None:
    """A file's `__metadata__`, or None if it is no whole safetensors file."""
    try:
        with safe_open(path, framework="numpy") as file:
            return file.metadata()
    except (SafetensorError, OSError):
        return None


def partition_size(megabytes: int) -> int:
    """Galaxies in a partition of this many megabytes (2^20 bytes)."""
    return round(megabytes * 2**20 / GALAXY_BYTES)


def write_partitions(dataset: Path, directory: Path, megabytes: int) -> list[Path]:
    """Cuts a dataset into `directory/<megabytes>MB/part-<number>.safetensors`.

    All partitions but the last are full. Partitions of an earlier, larger dataset that
    this one does not replace are removed: a reader lists the folder.
    """
    folder = directory / f"{megabytes}MB"
    size = partition_size(megabytes)
    paths = []
    with safe_open(dataset, framework="numpy") as source:
        metadata = partition_metadata(source.metadata()["seed"])
        names = list(layout(0))
        tensors = {name: source.get_slice(name) for name in names}
        galaxies = tensors["id"].get_shape()[0]
        for number, start in enumerate(range(0, galaxies, size)):
            path = folder / f"part-{number:05}.safetensors"
            rows = slice(start, min(start + size, galaxies))
            tensorfile.write(path, {name: tensors[name][rows] for name in names}, metadata)
            paths.append(path)
    for stale in set(folder.glob("part-*.safetensors")) - set(paths):
        stale.unlink()
    return paths


# --- The command line ---------------------------------------------------------------------------


def _whole_number(minimum: int, maximum: int = 2**63 - 1) -> functools.partial[int]:
    return functools.partial(_parse_whole_number, minimum, maximum)


def _parse_whole_number(minimum: int, maximum: int, text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
    if not minimum <= value <= maximum:
        raise argparse.ArgumentTypeError(f"{value} is not between {minimum} and {maximum}")
    return value


def parse_arguments(arguments: Iterable[str] | None = None) -> argparse.Namespace:
    """Reads the command line; a mistake in it ends the process with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="simulate.py",
        description="Simulate galaxies in five bands, and cut them into partitions.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    galaxies = commands.add_parser("galaxies", help=f"simulate a dataset into DIR/{DATASET_FILE}")
    galaxies.add_argument("--out", type=Path, required=True, metavar="DIR")
    galaxies.add_argument("--galaxies", type=_whole_number(1), required=True, metavar="N")
    galaxies.add_argument("--seed", type=_whole_number(0), required=True, metavar="S")
    galaxies.add_argument(
        "--first-id", type=_whole_number(0, 2**62), default=0, metavar="ID",
        help="id of the first galaxy; the others follow it (default: 0)",
    )  # fmt: skip
    galaxies.add_argument(
        "--processes", type=_whole_number(1, 1024), default=os.cpu_count() or 1, metavar="P",
        help="processes to share the work; the bytes do not depend on it (default: all cores)",
    )  # fmt: skip

    partition = commands.add_parser(
        "partition", help="cut a dataset into DIR/<M>MB/part-00000.safetensors ..."
    )
    partition.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR",
                           help=f"folder that holds {DATASET_FILE}")  # fmt: skip
    partition.add_argument("--out", type=Path, required=True, metavar="DIR")
    partition.add_argument(
        "--megabytes", type=_whole_number(1, 2**20), nargs="+", required=True, metavar="M",
        help="size of a partition, 2^20 bytes; several sizes make several folders",
    )  # fmt: skip
    return parser.parse_args(None if arguments is None else list(arguments))


def main() -> int:
    """Runs the command line. Exit code 0: done; 2: what was asked cannot be done."""
    arguments = parse_arguments()
    try:
        if arguments.command == "galaxies":
            print(
                write_galaxies(
                    arguments.out,
                    arguments.galaxies,
                    arguments.seed,
                    arguments.first_id,
                    arguments.processes,
                )
            )
        else:
            dataset = arguments.source / DATASET_FILE
            metadata = _metadata_of(dataset)
            if metadata is None or metadata.get("format") != FORMAT:
                print(
                    f"simulate.py: error: {dataset} is not a dataset of format {FORMAT}; "
                    "`simulate.py galaxies` makes one",
                    file=sys.stderr,
                )
                return 2
            for megabytes in arguments.megabytes:
                paths = write_partitions(dataset, arguments.out, megabytes)
                print(f"{paths[0].parent}: {len(paths)} partitions")
    except OSError as error:
        print(f"simulate.py: error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
