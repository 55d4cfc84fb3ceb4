"""Two small tables to start from: an invented tea shop, as CSV that a spreadsheet opens."""

from __future__ import annotations

ITEMS = """\
item_id,title,title_zh,description,category,tags,price
t01,Morning Smoke,晨烟,A dark tea dried over pine: tastes of campfire and tar.,Black tea,smoky|strong|morning,9.5
t02,Ridge Gold,山脊金毫,Golden tips from high slopes with honey and malt.,Black tea,honey|malt|mild,14
t03,Harbour Breakfast,港湾早茶,A strong blend that stands up to milk.,Black tea,strong|milk|morning,8
t04,First Rain,头场雨,Early spring leaves that taste of peas and fresh grass.,Green tea,fresh|spring|mild,16
t05,Stone Mill,石磨,Shade-grown leaves ground to powder for whisking.,Green tea,powder|creamy|strong,19
t06,Jasmine Window,茉莉窗,Green leaves scented with jasmine on five nights.,Green tea,flowers|sweet|mild,11
t07,Iron Cliff,铁崖,A roasted oolong with minerals and dark fruit.,Oolong,roasted|minerals|strong,13
t08,Milk Cloud,奶云,A soft oolong that smells of cream without any milk.,Oolong,creamy|soft|sweet,12
t09,Orchid Path,兰径,A light oolong with the scent of orchids.,Oolong,flowers|light|fresh,15
t10,Desert Mint,沙漠薄荷,Mint leaves for the evening without caffeine.,Herbs,mint|evening|no caffeine,6
t11,Chamomile Field,洋甘菊田,Whole flowers that calm before sleep.,Herbs,flowers|evening|no caffeine,7
t12,Ginger Fire,姜火,Dried ginger with lemon peel for cold days.,Herbs,spicy|winter|no caffeine,6.5
"""

EVENTS = """\
user_id,item_id,kind,date,stars,text
ada,t01,review,2026-01-04,5,Like sitting beside a fire. Strong and honest.
ada,t03,rating,2026-01-11,4,
ada,t07,favourite,2026-01-18,,
ada,t04,rating,2026-02-02,2,
ben,t04,review,2026-01-05,5,Tastes of the first warm day of the year.
ben,t06,click,2026-01-09,,
ben,t09,rating,2026-01-20,5,
ben,t01,dislike,2026-02-01,,
小荷,t06,review,2026-01-06,5,茉莉香很干净，一点不冲。
小荷,t09,review,2026-01-15,4,兰花香，清清爽爽。
小荷,t11,rating,2026-01-28,5,
小荷,t05,rating,2026-02-10,3,
dan,t10,review,2026-01-07,5,My cup after supper. I sleep like a stone.
dan,t11,favourite,2026-01-16,,
dan,t12,rating,2026-02-03,4,
dan,t03,dislike,2026-02-05,,
eve,t02,rating,2026-01-08,5,
eve,t08,review,2026-01-19,5,Soft as a blanket and not sweet at all.
eve,t06,click,2026-01-27,,
eve,t12,rating,2026-02-08,2,
老周,t07,review,2026-01-10,5,岩韵足，回甘久。
老周,t01,rating,2026-01-22,4,
老周,t05,review,2026-02-04,4,打出来的沫很细。
老周,t10,dislike,2026-02-11,,
"""
