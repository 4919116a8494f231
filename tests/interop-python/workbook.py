"""Writes a licence register as people keep one in Excel, with openpyxl: a title over merged cells,
dates that are dates, numbers that are numbers, empty rows, full-width digits, and some mistakes.
Every organisation and number in it is invented."""

import datetime
import sys

from openpyxl import Workbook
from openpyxl.styles import Font

HEADER = [
    "统一社会信用代码＊", "名称", "类型", "县区", "许可证编号", "有效期至", "场所名称", "场所类型",
    "场所编码", "地址", "联系电话",
]

ROWS = {
    # Nothing is wrong with these two; the second has numbers where a person would type digits.
    4: ["91330421MA771001X9", "嘉善示例食品有限公司", "食品生产企业", "嘉善县", "SC10133042100010",
        datetime.date(2030, 12, 31), "嘉善示例食品一车间", "加工车间", None, "嘉善县示例路1号", "0573-00000001"],
    5: ["91330421MA77100289", "嘉善示例学校食堂", "单位食堂", 330421, "JY13304210001237",
        datetime.datetime(2031, 1, 1, 0, 0), "嘉善示例学校食堂", "食堂", None, "嘉善县示例路2号", 57300000002],
    # 6 is empty, 7 has nothing but a format.
    # A code with full-width digits is not the code.
    8: ["９１３３０４２１MA771001X9", "嘉善示例食品有限公司", "食品生产企业", "嘉善县"],
    # A code of digits alone that was not made text: Excel keeps fifteen of them.
    9: [913304210000000012, "嘉善示例粮油有限公司", "食品生产企业", "嘉善县"],
    10: ["91310115MA7710036N", "浦东示例超市有限公司", "零售商", "浦东新区", "JY33101150000455", "2030年底"],
    # The party of 11 stands in a cell that reaches over 12, which has none of its own.
    11: ["NH-330421-0007715", "示例农户甲", "农户", "嘉善县", None, None, "村南地块", "种植基地",
         "S-330421-0070016"],
    12: [None, "示例农户甲", "农户", "嘉善县", None, None, "村北地块", "种植基地", "S-310115-0070018"],
    # A formula whose result nobody has computed is no name.
    13: ["91330421MA77100289", "=B5", "单位食堂", "乌有县"],
}


def main(path):
    book = Workbook()
    sheet = book.active
    sheet.title = "登记表"
    sheet["A1"] = "示例登记表(单位、编号全部虚构)"
    sheet.merge_cells("A1:K1")
    for column, name in enumerate(HEADER, start=1):
        sheet.cell(row=3, column=column, value=name).font = Font(bold=True)
    for row, cells in ROWS.items():
        for column, value in enumerate(cells, start=1):
            sheet.cell(row=row, column=column, value=value)
    sheet["B7"].font = Font(bold=True)
    sheet.merge_cells("A11:A12")
    notes = book.create_sheet("说明")
    notes["A1"] = "本页不是登记表"
    book.save(path)


main(sys.argv[1])
