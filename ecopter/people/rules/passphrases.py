"""Four words to choose as a password: long enough for a machine, short enough for a person.

Letters a-z only, without accents, so that every keyboard has them. For Arabic readers they are
words of the country, as one writes them on a phone.
"""

from collections.abc import Callable, Sequence

from ecopter.people.rules import PASSWORD_LENGTH

WORDS = 4

FRENCH = """
abeille abri acier agneau aigle amande ananas anis arbre argent argile atelier aube automne avion
avril bague balai balcon balle bambou banane banc barque bassin bateau berger beurre biche bijou
blanc bois bonnet bordure bottine bouche bouquet branche brique brise brosse bruit buisson bureau
cabane cadeau cadre cahier caisse calme camion canal canard canne carafe carotte carreau carte
cascade castor cerf cerise chaise chaleur chameau champ chanson chant chapeau charbon chat chemin
chemise cheval chien chocolat ciel cigale cigogne citron clair cloche clou coffre colis colline
colombe compas concert copain coquille corbeille corde coton couleur cour courge coussin couteau
crabe craie crayon cuisine cuivre cumin dalle danse datte dauphin dessin diamant dimanche dindon
domino douceur drap dune encre enfant ensemble envie escale espace espoir estrade farine faucon
fenouil ferme festin feuille figue figuier filet flamme fleur fleuve flocon fontaine four fourmi
fraise framboise fromage fruit galet gant garage gare gazelle genou gerbe gingembre girafe glace
golfe gomme gourde graine grand grange gravier grenade grenier grillon grotte groupe guide guitare
hamac haricot herbe hibou hirondelle histoire hiver horizon horloge huile image jambe janvier
jardin jasmin jaune jeudi jeune jouet jour journal joyeux juillet jumeau jupe juste laine lait
lampe langue lapin large laurier lavande lecture lentille lettre levain libre lilas lion livre
loisir loup lundi lune lunette main maison mallette manche mandarine mangue marbre marche mardi
marin marteau masque matin melon menthe merle mesure miel mimosa mirabelle miroir moineau monde
montagne montre moulin mousse mouton muguet mulet musique myrtille nappe nature navet navire neige
noisette noix nord nougat nuage oiseau olive olivier ombre ongle orage orange oreille orge orient
ortie osier outil ovale page paille pain palmier panier papaye papier papillon parc parfum parole
partage patience pavot paysan peinture pelle pelote perdrix perle persil petit phare photo piano
pierre pigeon pilote piment pinceau piscine pistache place plage plaine plante plateau plume poire
poireau poisson poivre pomme pompe pont portail porte poterie poule prairie premier prune puits
quai quartier racine radis raisin rameau rapide rayon refuge regard renard repas ressort revue
rideau rire rivage robe robinet rocher romarin ronde rosier rouge route ruban rubis ruche ruisseau
sable safran saison salade samedi sandale sapin sardine sauge saumon savane saveur savon semaine
semelle sentier septembre silence singe soie soir soleil sommet sorbet soupe source sourire souris
spirale sucre tabouret table tableau tambour tapis tartine tasse taupe teinture temps terrasse
terre terroir tiroir tissu toile tomate tonneau tortue tour tournesol train travail tresse troupeau
tuile tulipe tunnel vache vague valise vallon vanille velours vendredi vent verger vert veste
village vigne violon virage visage vitrine voile voisin volcan voyage wagon zeste
"""

ENGLISH = """
acorn almond amber anchor apple april apron arrow autumn bacon badge baker balloon bamboo banana
barley basil basket beach beaver beetle bench berry bicycle birch bird biscuit blanket blossom
blue board boat bottle branch bread breeze brick bridge bright brother brush bucket butter button
cabin camel candle canvas carpet carrot castle cedar celery chair chalk cheese cherry chest
chicken chimney circle clay clock cloud clover coast cobbler coconut coffee copper coral corner
cotton cousin cradle crane cream cricket crystal cumin curtain daisy dance daylight dessert
diamond dinner dolphin donkey drawer dream drum eagle early earth eastern eight elbow engine
evening falcon family farmer feather fennel field finger fisher flame flower forest fountain
friday friend fruit garden garlic gazelle gentle ginger giraffe glass glove golden grain grape
grass gravel green guitar hammer harbour harvest hazel heather hedge helmet heron hill honey
horizon horse house island ivory jacket january jasmine jewel journey juice jungle kettle kitchen
kitten ladder lagoon lamp lantern lavender leaf leather lemon letter light lily lion little lizard
lobster locket maple marble market marsh meadow melon mill mirror monday monkey morning mountain
mulberry museum music napkin needle nest night north notebook number nutmeg oasis ocean olive
onion orange orchard otter owner oyster paddle paint palace paper parcel parrot pasture path
peach peanut pear pebble pelican pencil pepper piano picnic pigeon pillow pine planet plate plum
pocket pond poppy potato potter prairie pumpkin purple quarter quiet quilt rabbit radio radish
rainbow raisin ribbon river robin rocket roof rope rosemary round saddle saffron sailor salad
salmon sandal saturday scarf school season seed sesame seven shadow sheep shell shepherd shore
silver singer sister skirt smile soap south spice spider spinach spoon spring square squirrel
stable stairs station stone story strawberry stream street sugar summer sunday sunrise swallow
table teacher thread thunder thursday ticket tiger timber tomato tower trail train travel treasure
tulip tunnel turtle umbrella valley vanilla velvet village violet violin wagon walnut water weaver
wednesday wheat wheel whistle willow window winter wooden yellow yoghurt zebra
"""

ARABIC = """
abyad ads ahmar akhdar alf amal argan arnab asad asal asfar ashra asir atay azraq bab bahri balgha
banan baqra bard barq barrad basal basbas batata batikh bendir bghal bhar bidaya bir bisklit bit
bladi bsat bulbul bunni bustan dahab dalil dar darb daw dellah dib djaja douar dqiq dra drham
fakroun farah farasha farrouj fejr felfel fellah fikra fil flous fndoq foul ftila ftour ghaba
ghazal ghna ghraf habib hadd haddad hadiqa hajar hanna hanout harf harir hayat hbaq hdid hilm
hlib hlu hmam hmar hommos hsan hut hzam ibra inab ism jaada jadid jamaa jamil janoub jbal jben
jdar jeld jellaba jenjlan jir jmal jouj jrada jumaa kalima kammoun karim karmous kas kbir
khabbaz khamsa khammas kharita kharouf khatam khayt khayyat khizou khmis khobz khoukh khrif
khshab khzama kitab kouzina kura kursi laab larbaa latif lawha lil limoun lisan louz lwiza maalqa
maaza madina madrasa maghrib mahabba makhadda maktaba malika markab masa matar matisha melha
mekla meshmash meskoun mftah mizan mkhayem mlih mqla mri mtar muallim musiqa mustaqbal mya
naanaa nahla nahr najjar najma nakhla nasim nay nhas nhar nisr nmla nour nqi qaftan qahwa qalam
qalb qamar qamh qandil qantara qarya qasr qdim qdra qella qett qissa qitar qmis qsir qtan
rabaa raqm raqs ras ratb rbia rif rihan rih romman ruh saada sabaa sabah sabr sadaqa safar saha
sahab sahl sahra salam sandouq saqr sarjam sarout sayyara sebt selham setta sghir shaair shair
shajra shal shamaa shams sharq shhar shjia shmal shta siniya siwar skhoun sma smen sokkar souf
souk stah sura tabib tabla tabsil tajin talib talj tarbouch tariq tayyara tesaa tmar tmenya
tnin touq toum triq tuffah turab twil wad wahid warda wardi warqa watan yad yasmin yum zaatar
zafran zahra zarbiya zebda zit zitoun zjaj zouina
"""

LISTS: dict[str, tuple[str, ...]] = {
    "fr": tuple(FRENCH.split()),
    "en": tuple(ENGLISH.split()),
    "ar": tuple(ARABIC.split()),
}


def passphrase(language: str, choose: Callable[[Sequence[str]], str]) -> str:
    """Four words of a language, drawn by `choose` until they are long enough for a password."""
    words = LISTS[language]
    while True:
        drawn = " ".join(choose(words) for _ in range(WORDS))
        if len(drawn) >= PASSWORD_LENGTH and len(set(drawn.split())) == WORDS:
            return drawn
