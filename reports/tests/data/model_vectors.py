"""Makes model_vectors.json: what SciPy says of the lines that `reports/tests/it/model.rs` fits. Run: python3 model_vectors.py"""

import json

import numpy
import scipy
from scipy.optimize import least_squares
from scipy.stats import theilslopes

TUNING = 1.345
SIZES = [1, 4, 16, 64, 256, 1024]
SAMPLES = {
    "clean": [100.9, 103.6, 114.4, 157.6, 330.4, 1021.6],
    "noisy": [103.1, 101.2, 116.0, 155.0, 338.0, 1011.0],
    "one disturbed": [101.5, 104.0, 113.0, 390.0, 329.0, 1030.0],
    "no call": [0.251, 1.02, 3.95, 16.3, 63.1, 259.0],
}


def huber(times, scale):
    """Huber's loss of relative errors for a known scale, by SciPy's trust region."""
    sizes, times = numpy.array(SIZES, float), numpy.array(times)

    def residuals(line):
        return (1 - (line[0] + line[1] * sizes) / times) / scale

    begin = [times[0], (times[-1] - times[0]) / (sizes[-1] - sizes[0])]
    tight = dict(ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=100_000)
    found = least_squares(residuals, begin, loss="huber", f_scale=TUNING, x_scale=[1.0, 0.01], **tight)
    return list(found.x)


def main():
    rows = []
    for name, times in SAMPLES.items():
        slope, intercept, _, _ = theilslopes(times, SIZES, method="joint")
        for scale in (0.005, 0.02):
            row = dict(name=name, items=SIZES, ns=times, theil_sen=[slope, intercept], scale=scale)
            rows.append(row | dict(huber=huber(times, scale)))
    made = dict(scipy=scipy.__version__, rows=rows)
    with open("model_vectors.json", "w") as file:
        json.dump(made, file, indent=1)
        file.write("\n")


main()
