"""Makes theil_sen.json: slopes and intervals of SciPy for a few series. Run: python3 theil_sen.py > theil_sen.json"""
import json, random, scipy
from scipy.stats import theilslopes

random.seed(5)
cases = []
for n in (4, 5, 8, 13, 40):
    for slope, noise, digits in ((0.0, 1.0, 6), (0.3, 1.0, 6), (-0.5, 2.0, 0)):
        values = [round(slope * at + random.gauss(0, noise), digits) for at in range(n)]
        for confidence in (0.95, 0.99):
            found = theilslopes(values, range(n), confidence)
            cases.append({"values": values, "confidence": confidence, "slope": found.slope,
                          "low": found.low_slope, "high": found.high_slope})
print(json.dumps({"made_by": f"scipy {scipy.__version__}", "cases": cases}))
