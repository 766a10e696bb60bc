"""The data sets this project reads: what they are, under which licence, whom to ask and to cite, how they must lie.

Takes a name, gives a frozen `Dataset`; gives the page ``docs/datasets.md``. Refuses a name without an entry. None
of these is shipped.
"""

from __future__ import annotations

from duchenne.datasets.coded_sheets import CODED
from duchenne.datasets.fact_sheet import Dataset
from duchenne.errors import DataError

DATASETS = (
    Dataset(
        name="fer2013",
        title="FER2013 faces with FER+ votes",
        licence="FER2013: released for a research competition, no licence stated; FER+ votes: MIT",
        source="https://github.com/microsoft/FERPlus",
        citation=(
            'I. Goodfellow et al.: "Challenges in representation learning: a report on three machine '
            'learning contests", ICONIP 2013; E. Barsoum, C. Zhang, C. Canton Ferrer, Z. Zhang: "Training '
            'deep networks for facial expression recognition with crowd-sourced label distribution", '
            "ICMI 2016, arXiv:1608.01041"
        ),
        access=(
            "The faces from the contest's page at Kaggle "
            "(challenges-in-representation-learning-facial-expression-recognition-challenge), after signing "
            "in; the votes from the repository above."
        ),
        reader="duchenne.datasets.fer2013:read_fer2013",
        layout=(
            "fer2013.csv              emotion,pixels,Usage; codes 0 to 6, 2,304 grey levels\n"
            "fer2013new.csv           beside it, for the votes: Usage,Image name,neutral,...,unknown,NF\n"
            "or Training/happy/x.png, PublicTest/..., PrivateTest/... (or train/, test/)\n"
            "or fer2013.parquet       this project's own table: image_id,usage,emotion,votes_neutral,...,png"
        ),
        rules=(
            "Votes belong to faces by the order of rows alone, so both files must have their published "
            "order. The published splits have 28,709, 3,589 and 3,589 faces; the project's table lacks those"
            " that FER+ found to be none. In a folder `test` the split is the begin of a file's name "
            "(`PublicTest_`, `PrivateTest_`). FER+'s own targets, by majority, probability or cross-entropy "
            "and without single votes, are `duchenne.datasets.ferplus:target`."
        ),
    ),
    Dataset(
        name="affectnet",
        title="AffectNet: photographs with expression, valence and arousal",
        licence="Research only, by a signed agreement; see the source",
        source="http://mohammadmahoor.com/pages/databases/affectnet/",
        citation=(
            'A. Mollahosseini, B. Hasani, M. H. Mahoor: "AffectNet: a database for facial expression, valence, and '
            'arousal computing in the wild", IEEE Transactions on Affective Computing, 2017, arXiv:1708.03985'
        ),
        access="Professors and heads of laboratories ask at the source, with the signed agreement.",
        reader="duchenne.datasets.affectnet:read_affectnet",
        layout=(
            "training.csv, validation.csv          perhaps in Manually_Annotated_file_lists/\n"
            "Manually_Annotated_Images/689/x.jpg   as the column subDirectory_filePath says\n"
            "or train_set/images/7.jpg, train_set/annotations/7_exp.npy, 7_val.npy, 7_aro.npy; val_set/..."
        ),
        rules=(
            "Codes 8 (none), 9 (uncertain) and 10 (no face) are left out; valence or arousal of -2 means "
            "that nobody could rate them. Lists without a header are read by the published order of columns."
            " Landmarks are not read, nor is the part that a network labelled."
        ),
    ),
    Dataset(
        name="faces",
        title="Photographs of faces with subject and expression",
        licence="Apache-2.0",
        source="https://github.com/muxspace/facial_expressions",
        citation="B. Lee Yung Rowe: facial_expressions, 2016, https://github.com/muxspace/facial_expressions",
        access="The repository above, gathered into one table.",
        reader="duchenne.datasets.faces:read_faces",
        layout="faces.parquet            image_id,subject,emotion,jpeg; or the same as CSV with base64 text",
        rules="A fifth of the subjects is held out, by a hash of the name.",
    ),
    Dataset(
        name="recola",
        title="RECOLA: conversations that six people rated for arousal and valence every 40 ms",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="https://diuf.unifr.ch/main/diva/recola/",
        citation=(
            'F. Ringeval, A. Sonderegger, J. Sauer, D. Lalanne: "Introducing the RECOLA multimodal corpus of '
            'remote collaborative and affective interactions", FG 2013; M. Valstar et al.: "AVEC 2016: '
            'depression, mood, and emotion recognition workshop and challenge", 2016, arXiv:1605.01600'
        ),
        access="Ask the authors at the source.",
        reader="duchenne.datasets.recola:read_recola",
        layout=(
            "ratings_individual/valence/train_1.csv       time;FM1;FM2;FM3;FF1;FF2;FF3\n"
            "ratings_gold_standard/valence/train_1.arff   instance,time,value after @data; may be absent\n"
            "recordings_video/train_1.mp4                 may be absent; likewise arousal/ and dev_1\n"
            "or RECOLA-Annotation/emotional_behaviour/valence/P16.csv, RECOLA-Video-recordings/P16.mp4"
        ),
        rules=(
            "Each rater stays apart; the mean is `duchenne.datasets.recordings:Ratings.mean`. A missing "
            "value, a missing row, a value outside [-1, 1], other raters in one file, or files of one "
            "recording that differ in length are refused: nothing is filled or cut. A recording shows one "
            "participant."
        ),
    ),
    Dataset(
        name="hume_reaction",
        title="Hume-Reaction: people who watch something, seven intensities of what they felt for each video",
        licence="Research only, by a signed agreement (terms not read by this project)",
        source="https://www.muse-challenge.org/muse2022",
        citation=(
            'L. Christ et al.: "The MuSe 2022 multimodal sentiment analysis challenge: humor, emotional reactions, '
            'and stress", MuSe 2022, arXiv:2207.05691'
        ),
        access="Ask at the source, with the signed agreement. Or make one: duchenne synth layout reactions.",
        reader="duchenne.datasets.hume_reaction:read_hume_reaction",
        layout=(
            "data_info.csv            File_ID,Split,Adoration,Amusement,Anxiety,Disgust,...,Surprise: 0 to 1\n"
            "videos/00001.mp4\n"
            "videos.csv               optional: File_ID,subject"
        ),
        rules=(
            "Clips without intensities are left out. Without `videos.csv` every clip counts as a person. File "
            "names of videos are not published and are ours."
        ),
    ),
    Dataset(
        name="duckees",
        title="DuckEES: children and adolescents acting emotions for 1.1 s",
        licence="No terms found; ask the authors",
        source="https://doi.org/10.1002/mpr.1553",
        citation=(
            'N. R. Giuliani et al.: "Presentation and validation of the '
            'DuckEES child and adolescent dynamic facial expressions stimulus set", International Journal of '
            "Methods in Psychiatric Research 26(1), e1553, 2017"
        ),
        access="Ask the authors.",
        reader="duchenne.datasets.children:read_duckees",
        layout=(
            "DuckEEsStim/*.m4v        with one label word in the name of the file or its folder\n"
            "labels.csv               path,label[,subject,split]; believed before any name"
        ),
        rules=(
            "How the files are named is not published, hence the list. Subjects are known from the list "
            "alone. Embarrassment and pride are read, and `duchenne.datasets.clips:overlap` counts what is "
            "not scored."
        ),
    ),
    Dataset(
        name="liris_cse",
        title="LIRIS-CSE: spontaneous expressions of twelve children",
        licence="Research only, by agreement (terms not read by this project)",
        source="https://childrenfacialexpression.projet.liris.cnrs.fr/",
        citation=(
            "R. A. Khan, A. Crenn, A. Meyer, S. Bouakaz: \"A novel database of children's spontaneous facial "
            'expressions (LIRIS-CSE)", Image and Vision Computing 83, 61-69, 2019, arXiv:1812.01555'
        ),
        access="Ask at the source.",
        reader="duchenne.datasets.children:read_liris_cse",
        layout=(
            "LIRIS-CSE/**/*.mp4       with one label word in the name of the file or its folder\n"
            "labels.csv               path,label[,subject,split]; believed before any name"
        ),
        rules="As DuckEES; it has no neutral clips. Several sets become one by `duchenne.datasets.clips:unite`.",
    ),
    *CODED,
    Dataset(
        name="folders",
        title="Any photographs in folders by label",
        licence="That of the photographs",
        source="your own",
        citation="",
        reader="duchenne.datasets.folders:read_folders",
        layout="happy/x.jpg              or happy/SUBJECT/x.jpg, or the same below train/, test/, ...",
        rules=(
            "Folders bear words of `duchenne.datasets.words:SPELLINGS`; another name is refused. So is a picture "
            "that lies under two labels or in two splits, by its bytes (`duchenne.datasets.same_pictures`)."
        ),
    ),
    Dataset(
        name="labels",
        title="Any videos or pictures with a list",
        licence="That of the files",
        source="your own",
        citation="",
        reader="duchenne.datasets.labels_csv:read_clips",
        layout="labels.csv               path,label[,subject,split,dataset]; paths count from its own folder",
        rules=(
            "Pictures are read by `duchenne.datasets.labels_csv:read_pictures`. Also `file` for path, "
            "`label7`, `expression` or `emotion` for label, `fold` for split. Unknown labels, missing files "
            "and files listed twice are refused with their line."
        ),
    ),
    Dataset(
        name="generated",
        title="Striped patches whose direction is the label, for smoke tests",
        licence="Apache-2.0",
        source="duchenne.training.generated",
        citation="",
    ),
)


def find(name: str) -> Dataset:
    """The entry of a data set.

    Raises:
        DataError: if there is none of that name.
    """
    for dataset in DATASETS:
        if dataset.name == name:
            return dataset
    raise DataError(f"no data set is called '{name}'", expected=", ".join(d.name for d in DATASETS))


def to_markdown() -> str:
    """The text of ``docs/datasets.md``; a test keeps the file equal to it."""
    lines = [
        "# Data sets",
        "",
        "What this project can read, how the files must lie, whom to ask for them. None of these is shipped, and",
        "no reader downloads anything. A label says what was posed or what somebody saw in a face, not what was",
        "felt.",
        "",
        "Every reader refuses what it does not understand: a message names the file and the line, what came and",
        "what was expected. Missing files are counted, and the first ones named.",
    ]
    for dataset in DATASETS:
        if dataset.reader:
            lines += _section(dataset)
    lines += ["", "This page is generated from `duchenne.datasets.catalogue`.", ""]
    return "\n".join(lines)


def _section(dataset: Dataset) -> list[str]:
    facts = (
        ("licence", dataset.licence),
        ("source", dataset.source),
        ("access", dataset.access),
        ("cite", dataset.citation),
        ("read by", f"`{dataset.reader}`"),
    )
    return [
        "",
        f"## `{dataset.name}`: {dataset.title}",
        "",
        "```text",
        *dataset.layout.split("\n"),
        "```",
        "",
        dataset.rules,
        "",
        *(f"- {name}: {text}" for name, text in facts if text),
    ]
