"""How the 27 Member States, Iceland, Liechtenstein and Norway are called in their languages; see `countries`.

ISO 3166 code -> names separated by bars: English, its three letters, other spellings met, then each language's own.
"""

from __future__ import annotations

NAMES = {
    "AT": (
        "austria|aut|österreich|oesterreich|autriche|австрия|austrija|rakousko|østrig|oostenrijk|itävalta|αυστρία|ausztria|"
        "an ostair|l-awstrija|rakúsko|avstrija|österrike|austurríki|østerrike"
    ),
    "BE": (
        "belgium|bel|belgique|belgië|belgien|белгия|belgija|belgia|βέλγιο|an bheilg|belgio|il-belġju|bélgica|belgicko"
    ),
    "BG": (
        "bulgaria|bgr|bulgarie|bulgarien|българия|bugarska|bulharsko|bulgarije|bulgaaria|βουλγαρία|an bhulgáir|"
        "bulgārija|il-bulgarija|bułgaria|bolgarija"
    ),
    "CY": (
        "cyprus|cyp|kypros|chipre|chypre|zypern|κύπρος|кипър|cipar|kypr|cypern|küpros|ciprus|an chipir|cipro|"
        "kipra|kipras|ċipru|cypr|ciper|kýpur"
    ),
    "CZ": (
        "czechia|cze|czech republic|česká republika|czech rep|the czech republic|česko|tchéquie|tschechien|чехия|"
        "češka|tjekkiet|tsjechië|tšehhi|tšekki|τσεχία|csehország|an tseicia|cechia|čehija|čekija|"
        "ir-repubblika ċeka|czechy|tchéquia|cehia|chequia|tjeckien|tékkland|tsjekkia"
    ),
    "DE": (
        "germany|deu|federal republic of germany|deutschland|allemagne|германия|njemačka|německo|tyskland|"
        "duitsland|saksamaa|saksa|γερμανία|németország|an ghearmáin|germania|vācija|vokietija|il-ġermanja|niemcy|"
        "alemanha|nemčija|alemania|þýskaland"
    ),
    "DK": (
        "denmark|dnk|danmark|danemark|daenemark|дания|danska|dánsko|denemarken|taani|tanska|δανία|dánia|an danmhairg|"
        "danimarca|dānija|id-danimarka|dinamarca|danemarca|danmörk"
    ),
    "EE": (
        "estonia|est|eesti|estonie|estland|естония|estonija|estonsko|viro|εσθονία|észtország|an eastóin|igaunija|"
        "estija|l-estonja|eistland"
    ),
    "ES": (
        "spain|esp|españa|espagne|spanien|испания|španjolska|španělsko|spanje|hispaania|espanja|ισπανία|"
        "spanyolország|an spáinn|spagna|spānija|ispanija|spanja|hiszpania|espanha|spania|španielsko|spánn"
    ),
    "FI": (
        "finland|fin|suomi|finlande|finnland|финландия|finska|finsko|soome|φινλανδία|finnország|an fhionlainn|"
        "finlandia|somija|suomija|il-finlandja|finlanda"
    ),
    "FR": (
        "france|fra|french republic|frankreich|francia|франция|francuska|francie|frankrig|frankrijk|prantsusmaa|"
        "ranska|γαλλία|franciaország|an fhrainc|francija|prancūzija|franza|francja|frança|franța|francúzsko|"
        "frankrike|frakkland"
    ),
    "GR": (
        "greece|grc|el|hellas|hellenic republic|ellada|ελλάδα|grèce|griechenland|гърция|grčka|řecko|grækenland|"
        "griekenland|kreeka|kreikka|görögország|an ghréig|grecia|grieķija|graikija|il-greċja|grecja|grécko|"
        "grčija|grekland|grikkland"
    ),
    "HR": (
        "croatia|hrv|hrvatska|croatie|kroatien|хърватия|chorvatsko|kroatië|horvaatia|kroatia|κροατία|"
        "horvátország|an chróit|croazia|horvātija|kroatija|il-kroazja|chorwacja|croácia|hrvaška"
    ),
    "HU": (
        "hungary|hun|magyarország|hongrie|ungarn|унгария|mađarska|maďarsko|hongarije|ungari|unkari|ουγγαρία|"
        "an ungáir|ungheria|ungārija|vengrija|l-ungerija|węgry|hungria|ungaria|madžarska|ungern|ungverjaland"
    ),
    "IE": (
        "ireland|irl|republic of ireland|eire|irlande|irland|ирландия|irska|irsko|ierland|iirimaa|irlanti|"
        "ιρλανδία|írország|irlanda|īrija|airija|l-irlanda|irlandia"
    ),
    "IT": (
        "italy|ita|italian republic|italia|italie|italien|италия|italija|itaalia|ιταλία|olaszország|an iodáil|"
        "l-italja|włochy|taliansko"
    ),
    "LT": (
        "lithuania|ltu|lietuva|lituanie|litauen|литва|litva|litouwen|leedu|liettua|λιθουανία|litvánia|"
        "an liotuáin|lituania|il-litwanja|litwa|litháen"
    ),
    "LU": (
        "luxembourg|lux|luxemburg|люксембург|luksemburg|lucembursko|λουξεμβούργο|lucsamburg|lussemburgo|"
        "luksemburga|liuksemburgas|il-lussemburgu|luxemburgo|luxembursko|lúxemborg"
    ),
    "LV": (
        "latvia|lva|latvija|lettonie|lettland|латвия|lotyšsko|letland|läti|λετονία|lettország|an laitvia|"
        "lettonia|il-latvja|łotwa|letônia"
    ),
    "MT": "malta|mlt|malte|малта|μάλτα",
    "NL": (
        "netherlands|nld|holland|pays-bas|the netherlands|nederland|niederlande|нидерландия|nizozemska|"
        "nizozemsko|nederlandene|alankomaat|κάτω χώρες|hollandia|an ísiltír|paesi bassi|nīderlande|nyderlandai|"
        "in-netherlands|holandia|países baixos|țările de jos|holandsko|países bajos|nederländerna"
    ),
    "PL": (
        "poland|pol|polska|pologne|polen|полша|poljska|polsko|poola|puola|πολωνία|lengyelország|an pholainn|"
        "polonia|polija|lenkija|il-polonja|pólland"
    ),
    "PT": (
        "portugal|prt|portuguese republic|португалия|portugalsko|portugali|πορτογαλία|portugália|an phortaingéil|"
        "portogallo|portugāle|portugalija|il-portugall|portugalska"
    ),
    "RO": (
        "romania|rou|rom|roumania|roumanie|rumänien|rumaenien|румъния|rumunjska|rumunsko|rumænien|roemenië|rumeenia|"
        "ρουμανία|an rómáin|rumānija|rumunija|ir-rumanija|rumunia|romênia|romunija|rumanía|rúmenía"
    ),
    "SE": (
        "sweden|swe|sverige|suède|schweden|швеция|švedska|švédsko|zweden|rootsi|ruotsi|σουηδία|svédország|"
        "an tsualainn|svezia|zviedrija|švedija|l-iżvezja|szwecja|suécia|suedia|svíþjóð"
    ),
    "SI": (
        "slovenia|svn|slovenija|slovénie|slowenien|словения|slovinsko|slovenien|sloveenia|σλοβενία|szlovénia|"
        "an tslóivéin|is-slovenja|słowenia|eslovênia"
    ),
    "SK": (
        "slovakia|svk|slovak republic|slovenská republika|slovensko|slovaquie|slowakei|словакия|slovačka|"
        "slovakiet|slowakije|slovakkia|σλοβακία|szlovákia|an tslóvaic|slovacchia|slovākija|is-slovakkja|słowacja|"
        "eslováquia|slovacia|slovaška|slovakien"
    ),
    "IS": (
        "iceland|isl|ísland|islande|исландия|ijsland|islanti|ισλανδία|izland|an íoslainn|islanda|islandija|"
        "l-iżlanda|islandia"
    ),
    "LI": (
        "liechtenstein|lie|лихтенщайн|lihtenštajn|lichtenštejnsko|λιχτενστάιν|lichtinstéin|lihtenšteina|"
        "lichtenšteinas|il-liechtenstein|lichtenštajnsko"
    ),
    "NO": (
        "norway|nor|norge|norvège|norwegen|норвегия|norveška|norsko|noorwegen|norra|norja|νορβηγία|norvégia|"
        "an iorua|norvēģija|in-norveġja|norwegia|noruega|noregur"
    ),
}
EU_WORDS = (
    "eu|ue|ес|εε|eú|eu27|27|european union|европейски съюз|europska unija|evropská unie|den europæiske union|"
    "europese unie|euroopa liit|euroopan unioni|union européenne|europäische union|ευρωπαϊκή ένωση|európai unió|"
    "an taontas eorpach|unione europea|eiropas savienība|europos sąjunga|unjoni ewropea|unia europejska|"
    "união europeia|uniunea europeană|európska únia|evropska unija|unión europea|europeiska unionen|"
    "evrópusambandið|den europeiske union|member states|member state|états membres|mitgliedstaaten|estados miembros|"
    "stati membri|lidstaten|państwa członkowskie"
)
EEA_WORDS = (
    "eea|ewr|eee|eer|eøs|ees|eog|ehp|eees|еип|εοχ|european economic area|europäischer wirtschaftsraum|"
    "espace économique européen|spazio economico europeo|espacio económico europeo"
)
TOTAL_WORDS = (
    "total|totals|overall|all|sum|grand|aggregate|combined|gesamt|insgesamt|summe|gesamtzahl|totale|totaal|i alt|"
    "totalt|yhteensä|kokku|kopā|iš viso|viso|razem|suma|łącznie|ogółem|celkem|celkom|spolu|összesen|skupaj|ukupno|"
    "общо|всичко|σύνολο|iomlán|ensemble|samtals|totali|totals|összes|alles|alle|totais|totales"
)
JOINTS = "and|in|of|the|for|across|countries|country|states|market|markets|plus|total number|number|ms"
