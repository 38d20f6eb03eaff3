"""How people shorten words in text messages, by language."""

from __future__ import annotations


def _table(lines: str) -> dict[str, str]:
    """Read "short: long" lines; several shorts of one long stand before one colon."""
    pairs = (line.split(":") for line in lines.strip().splitlines())
    return {short: long.strip() for shorts, long in pairs for short in shorts.split()}


ENGLISH = """
u ya yu: you
ur: your
urs: yours
r: are
wy: why
n nd: and
kk okie: ok
w w/: with
wo: without
im: i'm
ive: i've
pls plz plse pleas pleez: please
thx thnx tnx tks thks thanx: thanks
ty tysm: thank you
bc cuz coz becuz bcuz bcz: because
b4: before
2day 2dy tday: today
2morrow 2moro tmrw tmr tmw tmrrw tomoro tmorrow: tomorrow
2nite 2night tonite tnite: tonight
nite nites: night
yday yest ystrday: yesterday
ppl peeps: people
msg mssg: message
txt: text
abt bout: about
wat wht wut whut: what
wen whn: when
wher wer whr: where
wich whch: which
hw: how
dont dnt: don't
cant cnt: can't
wont: won't
didnt didn: didn't
doesnt dosnt: doesn't
isnt: isn't
wanna: want to
gonna: going to
gotta: got to
gimme: give me
lemme: let me
dunno: don't know
idk: i don't know
thru: through
tho: though
cud: could
shud: should
wud: would
wld: would
cld: could
shld: should
hv hav: have
gd: good
gr8: great
l8r: later
l8: late
m8: mate
wk: week
wks: weeks
hr: hour
hrs: hours
mins: minutes
yr yrs: years
appt appmt: appointment
addr: address
acct: account
num nbr: number
pymt pmt: payment
bldg: building
govt: government
lic: license
info: information
asap: as soon as possible
rn: right now
btw: by the way
fyi: for your information
omg: oh my god
wtf: what the hell
nvm: never mind
gn: good night
gm: good morning
hbu: how about you
hru: how are you
jk: just kidding
imo: in my opinion
ru: are you
sum1: someone
any1: anyone
every1: everyone
some1: someone
no1: no one
smth sumthing somthin: something
nthng nothin: nothing
evry evrything: every
da: the
dis: this
dat: that
dey: they
dem: them
wit wid: with
frm: from
jus jst: just
alot: a lot
prob probs prolly: probably
def: definitely
pic pics: pictures
"""
SPANISH = """
q k ke qe: que
xq xk pq porq porke pk: porque
x: por
xfa xfavor pf pfa porfa porfis pls plis: por favor
tb tmb tbn tambn tmbn: también
d: de
dl: del
t: te
m: me
sts: estás
toy: estoy
ta: está
tas: estás
pa: para
pal: para el
msj mensage: mensaje
cn: con
dnd dond: donde
cdo cuand: cuando
cto: cuanto
cm: como
bn: bien
gcs grax grcs grasias grx: gracias
ola: hola
tngo: tengo
kiero qiero: quiero
pdo: puedo
pde: puede
nesesito ncsto: necesito
aser: hacer
ay: hay
asta: hasta
ase: hace
ora hrs: horas
hr: hora
info: información
direc: dirección
tel cel: teléfono
num nro: número
sta: está
ntp: no te preocupes
ntc: no te creas
vdd: verdad
finde: fin de semana
mñn mnn mñana: mañana
hoi: hoy
xa: para
dsp dps: después
aki aqi: aquí
ai ahy: ahí
nose: no sé
nms: no me digas
ptm: maldita sea
biblio: biblioteca
depa depto: departamento
lic: licencia
apto: apartamento
doc docs: documentos
mun: municipio
ayto: ayuntamiento
"""
TURKISH = """
tsk tsklr tşk tşkler tskler: teşekkürler
slm: selam
mrb mrhb: merhaba
nbr: ne haber
naslsn: nasılsın
nzmn: ne zaman
nrde nrd: nerede
ltf lutfn: lütfen
bi: bir
bisey bişey bisi bişi: bir şey
yrn: yarın
kac: kaç
tmm: tamam
evt: evet
hyr: hayır
nsl: nasıl
cok: çok
icn: için
saol sagol eyv: sağ ol
"""
ABBREVIATIONS: dict[str, dict[str, str]] = {
    "en": _table(ENGLISH),
    "es": _table(SPANISH),
    "tr": _table(TURKISH),
}
