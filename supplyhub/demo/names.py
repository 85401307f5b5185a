"""Names in the invented district: streets, compounds, suppliers, companies, people. Pure; no name means anybody.

Streets and towns, the three rider companies and the seven suppliers named first are those of the reports from
Tianyuan district in November 2022; every other name is put together from words.
"""

import random

CITY = "株洲市"
DISTRICT = "天元区"
EMPTY_DISTRICT = "演练区"
HOME_COMPOUND = "明月湖小区"
HOME_STREET = "嵩山路街道"
FAR_TOWN = "雷打石镇"
STREETS = (HOME_STREET, "泰山路街道", "栗雨街道", "马家河街道", "群丰镇", FAR_TOWN)
FIRST_RIDER = "周建军"
COMPANIES = ("美团", "饿了么", "达达")
BUSY_SUPERMARKET = "天虹"
STORES = ("钱大妈", "叁农业", "嵩山路保供点", "泰山路保供点", "栗雨保供点", "马家河保供点", "群丰保供点")
SUPERMARKETS = (
    "麦德龙",
    BUSY_SUPERMARKET,
    "天元株百",
    "湘江百货超市",
    "天台生活超市",
    "神农湖超市",
    "栗雨鲜品超市",
    "滨江邻里超市",
    "万家惠超市",
    "新马家庭超市",
    "炎帝广场超市",
)
ECOMMERCE = ("京东商城", "兴盛优选")
ENTERPRISES = ("栗雨智造园", "天台电气园", "新马轻轨园", "滨江药械园")
GATES = ("南门", "北门", "东门", "西门")

_FIRST_COMPOUNDS = (HOME_COMPOUND, "金帆小区", "山水文园", "大江观邸")
_FRONT = (
    *("滨江", "湘水", "天台", "栗雨", "神农", "泰山", "黄河", "珠江", "长江", "庐山", "衡山", "华晨", "银海", "翠谷"),
    *("云龙", "橡树", "锦绣", "康桥", "月塘", "丽景", "东湖", "紫荆", "桂花", "香樟", "枫溪", "白鹤", "凤凰", "青竹"),
)
_BACK = (
    *("花园", "雅苑", "家园", "新城", "名邸", "华府", "春天", "佳苑", "公馆", "湾", "庭", "郡", "豪庭", "小区", "新村"),
    *("水岸", "苑", "大院"),
)
_PHASES = ("", "", "", "一期", "二期", "三期")
_SURNAMES = (
    "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖"
    "邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN_FIRST = "建国志明秀丽晓海文玉春桂小永俊家雪思子雅佳天新云德立凤金红爱正少宏振敏慧欣梓若宇浩一"
_GIVEN_LAST = "军华平英芳强勇娟霞峰林波涛敏静红梅兰燕辉斌鹏杰龙飞萍珍莲琴云刚毅超凯琳洁婷怡涵轩豪宁安生民才香娥"


def person_name(rng: random.Random) -> str:
    """Return the name of somebody who does not exist."""
    first = rng.choice(_GIVEN_FIRST) if rng.random() < 0.82 else ""
    return rng.choice(_SURNAMES) + first + rng.choice(_GIVEN_LAST)


def compound_names(rng: random.Random, count: int) -> list[str]:
    """Return different names of compounds, the first of them always the same."""
    names = list(dict.fromkeys(_FIRST_COMPOUNDS[:count]))
    taken = set(names)
    while len(names) < count:
        name = rng.choice(_FRONT) + rng.choice(_BACK) + rng.choice(_PHASES)
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names
