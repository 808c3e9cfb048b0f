"""The 15 districts of the round: Zhengzhou's twelve by GB/T 2260, and three development zones.

A development zone has no code in GB/T 2260. The codes below are those of the statistical authorities, taken from
general knowledge and from public source code, so they are marked unverified. Which 15 districts the round of 2021
covered is not known: these are the twelve statutory ones and three zones with a statistical code (郑东新区 has none).
Positions are rough centres; how many of the 131 sites lie in each is made up.
"""

from suicha.demo.facts import District

_GB2260 = "gb2260"
_STATISTICAL = "statistical"

DISTRICTS: tuple[District, ...] = (
    District("410102", "中原区", _GB2260, True, "34.748", "113.613", 13),
    District("410103", "二七区", _GB2260, True, "34.724", "113.640", 13),
    District("410104", "管城回族区", _GB2260, True, "34.754", "113.678", 12),
    District("410105", "金水区", _GB2260, True, "34.800", "113.660", 18),
    District("410106", "上街区", _GB2260, True, "34.803", "113.309", 4),
    District("410108", "惠济区", _GB2260, True, "34.868", "113.617", 9),
    District("410122", "中牟县", _GB2260, True, "34.719", "113.976", 8),
    District("410171", "郑州经济技术开发区", _STATISTICAL, False, "34.720", "113.740", 8),
    District("410172", "郑州高新技术产业开发区", _STATISTICAL, False, "34.800", "113.570", 9),
    District("410173", "郑州航空港经济综合实验区", _STATISTICAL, False, "34.530", "113.850", 8),
    District("410181", "巩义市", _GB2260, True, "34.748", "113.022", 5),
    District("410182", "荥阳市", _GB2260, True, "34.787", "113.383", 7),
    District("410183", "新密市", _GB2260, True, "34.539", "113.391", 5),
    District("410184", "新郑市", _GB2260, True, "34.396", "113.741", 7),
    District("410185", "登封市", _GB2260, True, "34.454", "113.050", 5),
)
